import { Alert, createTheme, Modal, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** A calm green, the colour of what a snail leaves behind on a leaf. */
const slime: MantineColorsTuple = [
  '#eaf8f1',
  '#d4efe2',
  '#a9dec6',
  '#79cba7',
  '#51ba8c',
  '#35a577',
  '#1a8058',
  '#0f734f',
  '#0a5c3f',
  '#07452f',
];

/** Greys with a trace of that green, light to dark. */
const stone: MantineColorsTuple = [
  '#d9e1dd',
  '#b8c4be',
  '#93a29b',
  '#6a7a73',
  '#41504a',
  '#2e3a35',
  '#212a27',
  '#171e1b',
  '#111715',
  '#0b100e',
];

const gray: MantineColorsTuple = [
  '#f7f9f7',
  '#eff3f0',
  '#e3e9e5',
  '#d3dbd6',
  '#b9c4be',
  '#92a09a',
  '#66746d',
  '#48554f',
  '#303b36',
  '#1c2421',
];

/** The look of the whole app. */
export const theme = createTheme({
  colors: { slime, dark: stone, gray },
  primaryColor: 'slime',
  primaryShade: { light: 7, dark: 6 },
  black: '#16201c',
  fontFamily:
    '"Inter", "Segoe UI Variable Text", "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
  headings: {
    fontFamily:
      '"Inter", "Segoe UI Variable Display", "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.75rem' }, h2: { fontSize: '1.2rem' }, h3: { fontSize: '1rem' } },
  },
  defaultRadius: 'md',
  radius: { md: '10px', lg: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // The tinted titles are too pale on their own tint.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
    Modal: Modal.extend({
      defaultProps: { radius: 'lg', overlayProps: { backgroundOpacity: 0.45 } },
      styles: {
        content: { background: 'var(--slimy-surface)' },
        header: { background: 'var(--slimy-surface)' },
        title: { fontWeight: 650, fontSize: '1.1rem' },
      },
    }),
  },
});

/** Surfaces: cards stand a little above the page in both schemes. */
export const surfaces: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f4f7f4',
    '--slimy-surface': '#ffffff',
    '--slimy-line': '#dfe6e1',
    '--slimy-glow': 'rgba(53, 165, 119, 0.16)',
    '--mantine-color-dimmed': '#5a6861',
    '--mantine-color-placeholder': '#7b8983',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    '--mantine-color-body': '#101614',
    '--slimy-surface': '#18201d',
    '--slimy-line': '#2a3531',
    '--slimy-glow': 'rgba(81, 186, 140, 0.14)',
    '--mantine-color-dimmed': '#9aa9a2',
    '--mantine-color-error': '#ff9a9a',
  },
});

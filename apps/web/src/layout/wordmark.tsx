/** The snail. Drawn in the text's colour and the theme's green, so that it fits both schemes. */
export function Snail({ size = 30 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" fill="none" aria-hidden="true">
      <path
        d="M4 39h30c5 0 8-3 8-7.2V18"
        stroke="currentColor"
        strokeWidth="5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="M42 18l3.4-6.4M42 18l-4.6-5.4" stroke="currentColor" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="21" cy="23" r="14" fill="var(--mantine-color-slime-5)" />
      <path
        d="M12.2 27.6a9.6 9.6 0 1 1 18.1-4.1 6.9 6.9 0 0 1-13.4 2.2 4.2 4.2 0 1 1 8-2.6"
        stroke="var(--mantine-color-slime-9)"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  );
}

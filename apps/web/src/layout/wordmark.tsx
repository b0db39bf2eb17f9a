/** The snail. Drawn in the text's colour and the theme's green, so that it fits both schemes. */
export function Snail({ size = 32 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" fill="none" aria-hidden="true">
      <path
        d="M4.5 40.5h27c5.8 0 9-3.3 9-8.6V24"
        stroke="currentColor"
        strokeWidth="7"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <path d="m40 22-3.4-7.8M41 22l3-8.4" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="36.3" cy="13.2" r="2" fill="currentColor" />
      <circle cx="44.3" cy="12.6" r="2" fill="currentColor" />
      <circle cx="20" cy="24" r="14.5" fill="var(--mantine-color-slime-5)" />
      <path
        d="M11 29a10 10 0 1 1 18.8-4.4 7.2 7.2 0 0 1-13.9 2.3 4.4 4.4 0 1 1 8.3-2.7"
        stroke="var(--mantine-color-slime-9)"
        strokeWidth="3.2"
        strokeLinecap="round"
      />
    </svg>
  );
}

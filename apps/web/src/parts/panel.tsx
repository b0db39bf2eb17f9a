import classes from './panel.module.css';

/** A surface that stands a little above the page. */
export function Panel({ className, ...rest }: React.ComponentProps<'section'>) {
  return <section className={className ? `${classes.panel} ${className}` : classes.panel} {...rest} />;
}

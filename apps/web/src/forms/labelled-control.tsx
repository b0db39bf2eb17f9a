import { Input } from '@mantine/core';
import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly className?: string | undefined;
  readonly children: (labelId: string) => React.ReactNode;
}

/** A label for a control that is a group of its own and takes the label's id. */
export function LabelledControl({ label, className, children }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <Input.Label component="div" id={id} mb={4}>
        {label}
      </Input.Label>
      <div>{children(id)}</div>
    </div>
  );
}

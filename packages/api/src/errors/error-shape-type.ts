import type { ErrorCode, ErrorData } from '@slimy/contract';
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server';

/** An error as clients receive it. */
export interface ErrorShape {
  readonly message: string;
  readonly code: TRPC_ERROR_CODE_NUMBER;
  readonly data: ErrorData & {
    readonly code: ErrorCode;
    readonly httpStatus: number;
    readonly path?: string;
  };
}

import type { AppRouter } from './app-router-type.js';
import { trpc } from './procedures/trpc.js';
import { auditRouter } from './routers/audit.js';
import { authRouter } from './routers/auth.js';
import { clubRouter } from './routers/club.js';
import { conversationRouter } from './routers/conversation.js';
import { guildRouter } from './routers/guild.js';
import { messageRouter } from './routers/message.js';
import { lifecycleRouter } from './routers/lifecycle.js';
import { screenshotRouter } from './routers/screenshot.js';
import { systemRouter } from './routers/system.js';
import { uploadRouter } from './routers/upload.js';
import { usageRouter } from './routers/usage.js';
import { userRouter } from './routers/user.js';

/** Every procedure of the contract; one that is missing here does not compile. */
export const appRouter: AppRouter = trpc.router({
  auth: authRouter,
  user: userRouter,
  guild: guildRouter,
  audit: auditRouter,
  club: clubRouter,
  screenshot: screenshotRouter,
  usage: usageRouter,
  conversation: conversationRouter,
  message: messageRouter,
  lifecycle: lifecycleRouter,
  upload: uploadRouter,
  system: systemRouter,
});

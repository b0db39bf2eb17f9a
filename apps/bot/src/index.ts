export { startBot, type BotOptions, type RunningBot } from './start-bot.js';
export { BotStartError } from './start-error.js';

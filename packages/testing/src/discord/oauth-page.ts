import { z } from 'zod';
import type { OauthGrants } from './oauth-grants.js';
import type { FakeWorld } from './world.js';

const KNOWN_SCOPES = ['identify', 'email', 'guilds', 'guilds.members.read'];

const authorizeQuery = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  response_type: z.literal('code'),
  scope: z
    .string()
    .transform((scope) => scope.split(/[ +]/).filter(Boolean))
    .refine((scopes) => scopes.length > 0 && scopes.every((scope) => KNOWN_SCOPES.includes(scope))),
  state: z.string().optional(),
  code_challenge: z.string().optional(),
  code_challenge_method: z.literal('S256').optional(),
});

/** What a visit of the authorize page comes to. */
export type AuthorizeAnswer =
  | { readonly kind: 'page'; readonly status: number; readonly html: string }
  | { readonly kind: 'redirect'; readonly location: string };

/** Discord's page that asks a person whether the application may know who they are. */
export class AuthorizePage {
  /** The addresses that the application registered; another one is refused. */
  readonly redirectUris = new Set<string>();
  readonly #world: FakeWorld;
  readonly #grants: OauthGrants;
  readonly #clientId: string;

  constructor(world: FakeWorld, grants: OauthGrants, clientId: string) {
    this.#world = world;
    this.#grants = grants;
    this.#clientId = clientId;
  }

  /** Without `person` shows whom to sign in as; with it goes back to the application, as that person or refused. */
  visit(query: URLSearchParams): AuthorizeAnswer {
    const parsed = authorizeQuery.safeParse(Object.fromEntries(query));
    if (!parsed.success) return refusedPage(`Invalid ${String(parsed.error.issues[0]?.path[0])}`);
    const asked = parsed.data;
    if (asked.client_id !== this.#clientId) return refusedPage('Unknown Application');
    if (!this.redirectUris.has(asked.redirect_uri)) return refusedPage('Invalid OAuth2 redirect_uri');
    const chosen = query.get('person');
    if (chosen === null) return { kind: 'page', status: 200, html: this.#choices(query) };
    const back = new URL(asked.redirect_uri);
    if (this.#world.people.has(chosen)) {
      const consent = {
        personId: chosen,
        scopes: asked.scope,
        redirectUri: asked.redirect_uri,
        codeChallenge: asked.code_challenge ?? null,
      };
      back.searchParams.set('code', this.#grants.issueCode(consent));
    } else {
      back.searchParams.set('error', 'access_denied');
      back.searchParams.set(
        'error_description',
        'The resource owner or authorization server denied the request',
      );
    }
    if (asked.state !== undefined) back.searchParams.set('state', asked.state);
    return { kind: 'redirect', location: back.href };
  }

  #choices(query: URLSearchParams): string {
    const link = (person: string, label: string) =>
      `<li><a href="?${escapeHtml(new URLSearchParams([...query, ['person', person]]).toString())}">${escapeHtml(label)}</a></li>`;
    const people = [...this.#world.people.values()].filter((person) => !person.bot);
    const links = people.map((person) => link(person.id, `Continue as ${person.username}`));
    return `<!doctype html><title>Authorize</title><ul>${links.join('')}${link('nobody', 'Cancel')}</ul>`;
  }
}

function refusedPage(reason: string): AuthorizeAnswer {
  return {
    kind: 'page',
    status: 400,
    html: `<!doctype html><title>Error</title><p>${escapeHtml(reason)}</p>`,
  };
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

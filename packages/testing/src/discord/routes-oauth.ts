import { z } from 'zod';
import { ACCESS_TOKEN_SECONDS, type OauthGrants } from './oauth-grants.js';
import { ok, type RestAnswer, type RestCall, type RestRoute } from './rest-call.js';

const tokenForm = z.discriminatedUnion('grant_type', [
  z.object({
    grant_type: z.literal('authorization_code'),
    code: z.string(),
    redirect_uri: z.string(),
    code_verifier: z.string().optional(),
  }),
  z.object({ grant_type: z.literal('refresh_token'), refresh_token: z.string() }),
]);
const credentials = z.object({ client_id: z.string(), client_secret: z.string() });

function failed(status: number, error: string, description: string): RestAnswer {
  return { status, body: { error, error_description: description } };
}

/** The token endpoints, for an application with this id and secret. */
export function oauthRoutes(grants: OauthGrants, clientId: string, clientSecret: string): RestRoute[] {
  const knowsSecret = (call: RestCall): boolean => {
    const basic = /^Basic (.+)$/.exec(call.authorization ?? '')?.[1];
    if (basic !== undefined) {
      return Buffer.from(basic, 'base64').toString('utf8') === `${clientId}:${clientSecret}`;
    }
    const given = credentials.safeParse(call.body);
    return given.success && given.data.client_id === clientId && given.data.client_secret === clientSecret;
  };

  return [
    {
      method: 'POST',
      pattern: '/oauth2/token',
      access: 'none',
      answer: (call) => {
        if (!knowsSecret(call)) return failed(401, 'invalid_client', 'Invalid client credentials.');
        const form = tokenForm.safeParse(call.body);
        if (!form.success)
          return failed(400, 'unsupported_grant_type', 'Unsupported grant type or missing field.');
        const asked = form.data;
        const grant =
          asked.grant_type === 'refresh_token'
            ? grants.refresh(asked.refresh_token)
            : grants.exchange(asked.code, asked.redirect_uri, asked.code_verifier);
        if (!grant) return failed(400, 'invalid_grant', 'Invalid "code" or "refresh_token" in request.');
        return ok({
          token_type: 'Bearer',
          access_token: grant.accessToken,
          refresh_token: grant.refreshToken,
          expires_in: ACCESS_TOKEN_SECONDS,
          scope: grant.scopes.join(' '),
        });
      },
    },
    {
      method: 'POST',
      pattern: '/oauth2/token/revoke',
      access: 'none',
      answer: (call) => {
        if (!knowsSecret(call)) return failed(401, 'invalid_client', 'Invalid client credentials.');
        const form = z.object({ token: z.string() }).safeParse(call.body);
        if (!form.success) return failed(400, 'invalid_request', 'Missing "token" in request.');
        grants.revoke(form.data.token);
        return ok({});
      },
    },
  ];
}

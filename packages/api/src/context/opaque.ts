/**
 * The context of a call as the outside sees it: nothing. The router's type names this class alone, so that the
 * declarations a client compiles against mention neither services nor database.
 */
export abstract class ApiContext {
  protected readonly madeByApi = true;
}

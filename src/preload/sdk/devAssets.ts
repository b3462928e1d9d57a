/**
 * Requests for what a development server (Vite, Next, Nuxt) compiles for the browser: hundreds for one page, and none of them is the
 * user's code.
 */
const ASSET =
  /^\/(@vite|@id|@fs|@react-refresh|node_modules|__vite|_next\/(static|image|webpack-hmr)|__nextjs|_nuxt|__webpack_hmr)([/?_-]|$)/;

export function isDevAsset(url: string | undefined): boolean {
  return url !== undefined && ASSET.test(url);
}

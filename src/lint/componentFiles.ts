/** Files in which scripts stand among other things. */
export const COMPONENT_FILE = /\.(?:vue|svelte)$/i;

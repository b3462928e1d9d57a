/** Why a command cannot be done now, with the remedy: for the user, and no fault of anybody's. No full stop at its end. */
export class Refusal extends Error {}

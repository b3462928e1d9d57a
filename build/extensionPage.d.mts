export function extensionPage(readme: string): string;

const REPOSITORY_ONLY = /<!-- repository only -->.*?<!-- \/repository only -->\s*/gs;
const GENERATOR_MARK = /<!-- .*? -->\n+/g;

/** A README as it goes into the package: without what needs the rest of the repository (pictures, development). */
export function packageReadme(markdown: string): string {
  return markdown.replace(REPOSITORY_ONLY, '').replace(GENERATOR_MARK, '');
}

const REPOSITORY_ONLY = /<!-- repository only -->.*?<!-- \/repository only -->\s*/gs;
const LINK_INTO_DOCS = /\[([^\]]+)\]\(docs\/[^)]*\)/g;
const GENERATOR_MARK = /<!-- .*? -->\n+/g;

/** A README as it goes into the package: without what needs the rest of the repository (pictures, the pages of the errors, development). */
export function packageReadme(markdown: string): string {
  return markdown.replace(REPOSITORY_ONLY, '').replace(GENERATOR_MARK, '').replace(LINK_INTO_DOCS, '$1');
}

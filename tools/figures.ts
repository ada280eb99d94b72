import { FIGURES, exceeded, figuresTable, type Figures } from './figures-table';
import { measureCalls } from './measure-calls';
import { measureEntries } from './measure-entries';
import { writeParts } from './readme';

/** Measures and prints, or writes into both READMEs. Returns the exit code: 1 when a limit is exceeded. */
export async function runFigures({ write = false }: { write?: boolean }): Promise<number> {
  const figures: Figures = { entries: await measureEntries(), calls: await measureCalls() };
  console.log(figuresTable(figures, 'en-US').replace(/^<!--.*-->\n/, ''));
  if (write) writeParts(FIGURES, (language) => figuresTable(figures, language));
  const problems = exceeded(figures);
  problems.forEach((problem) => console.error(problem));
  return problems.length > 0 ? 1 : 0;
}

/** The sections that each page of the specification has, by the name of the page. */
export type SpecificationPages = ReadonlyMap<string, ReadonlySet<string>>;

/** What a citation may lead to. */
export interface Specification {
  readonly pages: SpecificationPages;
  /** Whether there is a sample of that path below `golden/`. */
  readonly hasSample: (path: string) => boolean;
}

/** A heading of a page: `## 3. Files`, `### 3.1 Names`. */
const HEADING = /^#{2,4} (\d+(?:\.\d+)*)\.? /gm;

/** The sections of a page, as citations number them. */
export function sectionsOf(page: string): ReadonlySet<string> {
  return new Set([...page.matchAll(HEADING)].flatMap(([, section]) => (section === undefined ? [] : [section])));
}

/** `page §1`, `page §1, §2.3`, `page.md §1 to §3`; a page has a name as the specification's have, in small letters. */
const CITATION = /(?<![\w./-])([a-z]+(?:-[a-z]+)*)(?:\.md)? ((?:(?:, | to | and )?§\d+(?:\.\d+)*)+)/g;

/** A sample of the C programs, in brackets: `golden`, a blank and its path. */
const SAMPLE = /\[golden ([\w./-]+)\]/g;

/** Other documents whose sections are cited by a name in small letters. */
const ELSEWHERE = /^(?:draft-[a-z-]+|pep)$/;

/** The citations in a text that lead nowhere, a line each: `PATH:LINE: …`. */
export function deadCitations(path: string, text: string, { pages, hasSample }: Specification): string[] {
  return text.split('\n').flatMap((line, index) => {
    const dead: string[] = [];
    for (const [, page = '', sections = ''] of line.matchAll(CITATION)) {
      const isBracketed = line.includes(`[${page}`);
      const known = pages.get(page);
      if (known === undefined) {
        if (isBracketed && !ELSEWHERE.test(page)) dead.push(`no page ${page}`);
        continue;
      }
      for (const [, section = ''] of sections.matchAll(/§([\d.]*\d)/g))
        if (!known.has(section)) dead.push(`no §${section} in ${page}`);
    }
    for (const [, sample = ''] of line.matchAll(SAMPLE)) if (!hasSample(sample)) dead.push(`no sample ${sample}`);
    return dead.map((why) => `${path}:${index + 1}: a citation that leads nowhere: ${why} in docs/spec`);
  });
}

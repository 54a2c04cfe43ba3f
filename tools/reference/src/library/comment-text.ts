// Docstrings as Markdown.
import type { Comment, CommentDisplayPart, Reflection } from 'typedoc';

/** Where a name is told of, from the page that is written; undefined where it is told of nowhere. */
export type Linker = (target: Reflection) => string | undefined;

/** The text of a docstring: what it says first, examples and what is thrown at its end. */
export function commentText(comment: Comment | undefined, link: Linker): string {
  if (comment === undefined) return '';
  const parts = [partsText(comment.summary, link)];
  for (const { tag, content } of comment.blockTags) {
    const text = partsText(content, link);
    if (tag === '@returns') parts.push(`Returns: ${text}`);
    if (tag === '@throws') parts.push(`Throws: ${text}`);
    if (tag === '@example') parts.push(text);
  }
  return parts.filter((text) => text !== '').join('\n\n');
}

export function partsText(parts: readonly CommentDisplayPart[], link: Linker): string {
  return parts
    .map((part) => partText(part, link))
    .join('')
    .trim();
}

function partText(part: CommentDisplayPart, link: Linker): string {
  if (part.kind !== 'inline-tag') return part.text;
  const { target } = part;
  const url = typeof target === 'object' && 'kindOf' in target ? link(target) : undefined;
  return url === undefined ? `\`${part.text}\`` : `[\`${part.text}\`](${url})`;
}

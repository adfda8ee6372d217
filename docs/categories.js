// A plugin of TypeDoc: puts each public name under a heading of the API reference, by the source file that holds it.
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

/** The first that a file's path within src/ begins with is its heading; typedoc.json holds their order. */
const CATEGORIES = [
  ['corpus/emotions', 'Recognising'],
  ['corpus/', 'Corpora'],
  ['evaluate/compar', 'Comparison'],
  ['statistics/hits', 'Comparison'],
  ['evaluate/primary', 'Comparison'],
  ['evaluate/', 'Training and evaluation'],
  ['statistics/', 'Training and evaluation'],
  ['run/', 'Training and evaluation'],
  ['train/', 'Training and evaluation'],
  ['features/augment', 'Training and evaluation'],
  ['features/front-end', 'Network'],
  ['model/architecture', 'Network'],
  ['model/cnn/', 'Network'],
  ['model/linear/', 'Network'],
  ['graph/', 'Network'],
  ['', 'Recognising'],
];

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const reflection of context.project.getReflectionsByKind(ReflectionKind.SomeModule).flatMap(publicNames)) {
      const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
      const file = declaration?.getSourceFile().fileName.split('/src/').at(-1);
      if (file === undefined) continue; // TypeDoc's own: a name that another module holds
      if (!reflection.comment && !reflection.signatures) continue; // not documented, as TypeDoc then says
      const [, category] = CATEGORIES.find(([start]) => file.startsWith(start));
      reflection.comment ??= new Comment();
      reflection.comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: category }]));
    }
  });
}

const publicNames = (module) => (module.children ?? []).filter((child) => !child.kindOf(ReflectionKind.SomeModule));

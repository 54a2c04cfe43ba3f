// Types and signatures as TypeScript writes them.
import {
  type DeclarationReflection,
  type ParameterReflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from 'typedoc';

/** A type in one line. */
export function typeText(type: SomeType | undefined): string {
  if (type === undefined) return 'unknown';
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is not made of others says itself
  switch (type.type) {
    case 'array':
      return `${grouped(type.elementType)}[]`;
    case 'union':
      return type.types.map(grouped).join(' | ');
    case 'intersection':
      return type.types.map(grouped).join(' & ');
    case 'reference': {
      const args = type.typeArguments ?? [];
      return args.length === 0 ? type.name : `${type.name}<${args.map(typeText).join(', ')}>`;
    }
    case 'tuple':
      return `[${type.elements.map(typeText).join(', ')}]`;
    case 'namedTupleMember':
      return `${type.name.replace(/^_/, '')}${type.isOptional ? '?' : ''}: ${typeText(type.element)}`;
    case 'optional':
      return `${typeText(type.elementType)}?`;
    case 'rest':
      return `...${typeText(type.elementType)}`;
    case 'typeOperator':
      return `${type.operator} ${grouped(type.target)}`;
    case 'reflection':
      return declarationText(type.declaration);
    default:
      return type.toString();
  }
}

/** What has to stand in brackets where another type is made of it. */
function grouped(type: SomeType): string {
  const text = typeText(type);
  const isLoose =
    type.type === 'union' ||
    type.type === 'intersection' ||
    type.type === 'conditional' ||
    (type.type === 'reflection' && type.declaration.signatures !== undefined);
  return isLoose ? `(${text})` : text;
}

function declarationText({ signatures = [], children = [], indexSignatures = [] }: DeclarationReflection): string {
  const [signature] = signatures;
  if (signature !== undefined && children.length === 0) {
    const made = signature.kind === ReflectionKind.ConstructorSignature ? 'new ' : '';
    return `${made}${argumentsText(signature)} => ${typeText(signature.type)}`;
  }
  const members = [
    ...signatures.map((call) => `${argumentsText(call)}: ${typeText(call.type)}`),
    ...indexSignatures.map((index) => `[${index.parameters?.map(parameterText).join(', ')}]: ${typeText(index.type)}`),
    ...children.map(memberText),
  ];
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`;
}

/** A type longer than this, in characters, says nothing to who looks a member up. */
const LONGEST = 240;

/** A member of a class, an interface or an object type, without what it does. */
export function memberText(member: DeclarationReflection): string {
  const { flags, name } = member;
  const before = `${flags.isStatic ? 'static ' : ''}${flags.isProtected ? 'protected ' : ''}${flags.isReadonly ? 'readonly ' : ''}`;
  const optional = flags.isOptional ? '?' : '';
  const [signature] = member.signatures ?? [];
  if (signature !== undefined) return `${before}${called(name)}${optional}${signatureText(signature)}`;
  const read = member.getSignature;
  const isReadOnly = read !== undefined && member.setSignature === undefined;
  const type = typeText(read?.type ?? member.setSignature?.parameters?.[0]?.type ?? member.type);
  return `${before}${isReadOnly ? 'readonly ' : ''}${called(name)}${optional}: ${type.length > LONGEST ? '…' : type}`;
}

/** The arguments and the answer of a call. */
export function signatureText(signature: SignatureReflection): string {
  const answer = signature.kind === ReflectionKind.ConstructorSignature ? '' : `: ${typeText(signature.type)}`;
  return argumentsText(signature) + answer;
}

function argumentsText({ typeParameters = [], parameters = [] }: SignatureReflection): string {
  const types = typeParameters.map(({ name, type }) =>
    type === undefined ? name : `${name} extends ${typeText(type)}`,
  );
  return `${types.length === 0 ? '' : `<${types.join(', ')}>`}(${parameters.map(parameterText).join(', ')})`;
}

function parameterText({ flags, name, type, defaultValue }: ParameterReflection): string {
  const isOptional = flags.isOptional || defaultValue !== undefined;
  // What was taken apart has no name.
  const known = name === '__namedParameters' ? 'options' : name.replace(/^_/, '');
  return `${flags.isRest ? '...' : ''}${known}${isOptional ? '?' : ''}: ${typeText(type)}`;
}

function called(name: string): string {
  return /^[\w$]+$/.test(name) || name.startsWith('[') ? name : `'${name}'`;
}

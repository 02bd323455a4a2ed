// What the argument parser says of a wrong command line, in Chinese. A sentence that is not here is shown as it is.

const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/required option '(.+?)' not specified/, '缺少必填选项 $1'],
  [/missing required argument '(.+?)'/, '缺少参数 $1'],
  [/option '(.+?)' argument missing/, '选项 $1 缺少值'],
  [
    /option '(.+?)' argument '(.*)' is invalid\. Allowed choices are (.+)\./,
    '选项 $1 的值“$2”不可用，可用：$3',
  ],
  [/unknown option '(.+?)'/, '没有选项 $1'],
  [/unknown command '(.+?)'/, '没有命令 $1'],
  [
    /too many arguments(?: for '(.+?)')?\. Expected (\d+) arguments? but got (\d+)[^\n]*/,
    '参数过多：应为 $2 个，给出 $3 个',
  ],
  [/\(Did you mean (?:one of )?(.+?)\?\)/, '（是否想用 $1？）'],
];

/** The parser's words in Chinese. */
export const usageInChinese = (text: string): string =>
  SENTENCES.reduce((said, [words, zh]) => said.replace(words, zh), text.replace(/^error: /, ''));

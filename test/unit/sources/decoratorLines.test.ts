import { expect, test } from 'vitest';
import { decoratorLine } from '../../../src/sources/decoratorLines';

const SOURCE = `@Controller('cats')
export class Cats {
  @Get(':id') // one
  @UseGuards(Open)
  one(@Param('id') id: string) {}
  @Get() all() {}
}
@Controller('dogs')
export class Dogs {
  @Get(":id")
  one() {}
}`.split('\n');

/** As SWC writes it. */
const CODE = `let Cats = class Cats {
    one(id) {}
};
_ts_decorate([
    (0, _common.Get)(':id'),
    (0, _common.UseGuards)(Open),
    _ts_param(0, (0, _common.Param)('id'))
], Cats.prototype, "one", null);
_ts_decorate([
    (0, _common.Get)()
], Cats.prototype, "all", null);
_ts_decorate([
    Get(':id')
], Dogs.prototype, "one", null);`.split('\n');

test('a decorator that no map tells of is found by what it says, the first of its kind for the first', () => {
  const lineOf = (text: string, from = 0) => {
    const found = decoratorLine(
      CODE,
      SOURCE,
      CODE.findIndex((line, index) => index >= from && line.includes(text)),
    );
    return SOURCE[found]?.trim();
  };
  expect(lineOf("Get)(':id')")).toBe("@Get(':id') // one");
  expect(lineOf('UseGuards')).toBe('@UseGuards(Open)');
  expect(lineOf('Get)()')).toBe('@Get() all() {}');
  expect(decoratorLine(CODE, SOURCE, CODE.length - 2)).toBe(9);
});

test('it is not guessed at where code and source have other numbers of them, nor for code that is no call', () => {
  expect(decoratorLine(CODE, [...SOURCE, "@Get(':id')"], 4)).toBe(-1);
  expect(decoratorLine(CODE, SOURCE, 0)).toBe(-1);
  expect(decoratorLine(CODE, SOURCE, 99)).toBe(-1);
});

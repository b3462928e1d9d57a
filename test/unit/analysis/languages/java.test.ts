import { describe, expect, test } from 'vitest';
import { drawn } from './read';

const java = (text: string) => drawn('java', text);

describe('spans of Java', () => {
  test('are found with their method and tracer, at the line that names them', async () => {
    const text = `class Pay {
  static final String CHARGE = "charge";
  private final Tracer tracer = GlobalOpenTelemetry.getTracer("shop");
  void charge() {
    Span span =
        tracer
            .spanBuilder(CHARGE)
            .startSpan();
    GlobalOpenTelemetry.getTracer("direct").spanBuilder("two").startSpan();
  }
}`;
    expect(await java(text)).toEqual(['7 span "charge" in charge by shop', '9 span "two" in charge by direct']);
  });

  test('of annotations are called like class and method when nothing else is said', async () => {
    const text = `class Pay {
  @WithSpan
  void charge() {}
  @WithSpan("refund")
  void back() {}
  @WithSpan(value = PREFIX + "x", kind = SpanKind.CLIENT)
  void more() {}
  @WithSpan(kind = SpanKind.SERVER) public
  void other() {}
  @NewSpan(name = "new") void made() {}
  @Test void no() {}
  static final String PREFIX = "p.";
}`;
    expect(await java(text)).toEqual([
      '3 decorator "Pay.charge" in charge',
      '5 decorator "refund" in back',
      '7 decorator "p.x" in more',
      '9 decorator "Pay.other" in other',
      '10 decorator "new" in made',
    ]);
  });

  test.each([
    ['String.format("user %s of %d", a, b)', 'user * of *'],
    ['"user %s".formatted(a)', 'user *'],
    ['"a" + x + "b"', 'a*b'],
    ['Names.PAY', 'pay'],
  ])('may be called %s', async (name, expected) => {
    const text = `class A { void f(String a) { tracer.spanBuilder(${name}).startSpan(); }\n static final String PAY = "pay"; }`;
    expect(await java(text)).toEqual([`1 span "${expected}" in f`]);
  });

  test('are left out when they are called by a parameter', async () => {
    const text = 'class A { String name = "x"; void f(String name) { tracer.spanBuilder(name).startSpan(); } }';
    expect(await java(text)).toEqual([]);
  });
});

describe('routes of Java', () => {
  test('of Spring have the path of their class', async () => {
    const text = `@RestController
@RequestMapping("/api")
class Users {
  @GetMapping("/users/{id}")
  User one() {}
  @PostMapping(path = {"users", "people"})
  User add() {}
  @RequestMapping(value = "/x", method = RequestMethod.PUT)
  void put() {}
  @GetMapping
  void all() {}
}`;
    expect(await java(text)).toEqual([
      '5 route "GET /api/users/{id}" in one',
      '7 route "POST /api/users" in add',
      '7 route "POST /api/people" in add',
      '9 route "PUT /api/x" in put',
      '11 route "GET /api" in all',
    ]);
  });

  test('of JAX-RS are put together from two annotations', async () => {
    const text = '@Path("/users")\nclass Users {\n  @GET @Path("{id}")\n  User one() {}\n  @POST\n  void add() {}\n}';
    expect(await java(text)).toEqual(['4 route "GET /users/{id}" in one', '6 route "POST /users" in add']);
  });
});

test('gRPC of Java is found where it is served', async () => {
  const text = `class Ads extends AdServiceGrpc.AdServiceImplBase {
  @Override
  public void getAds(AdRequest request, StreamObserver<AdResponse> observer) {}
  void helper(int a) {}
}`;
  expect(await java(text)).toEqual(['3 route "*AdService/GetAds" in getAds']);
});

import { describe, expect, test } from 'vitest';
import { drawn } from './read';

const csharp = (text: string) => drawn('csharp', text);

describe('spans of C#', () => {
  test('are found with their method and source', async () => {
    const text = `class Pay {
  const string Name = "Shop.Pay";
  static readonly ActivitySource Source = new(Name);
  static readonly ActivitySource Other = new ActivitySource("Other");
  void Charge() {
    using var activity = Source.StartActivity("charge", ActivityKind.Client);
    using var maybe = Other?.StartActivity(name: "maybe");
    var span = tracer.StartActiveSpan("shim");
  }
}`;
    expect(await csharp(text)).toEqual([
      '6 span "charge" in Charge by Shop.Pay',
      '7 span "maybe" in Charge by Other',
      '8 span "shim" in Charge',
    ]);
  });

  test('are called like their method when nothing else is said', async () => {
    const text =
      'class A {\n  void Charge() { S.StartActivity(); }\n  void Pay() { S.StartActivity(ActivityKind.Client); }\n}';
    expect(await csharp(text)).toEqual(['2 span "Charge" in Charge', '3 span "Pay" in Pay']);
  });

  test.each([
    ['$"user {id} of {x:n}"', 'user * of *'],
    ['$"{Prefix}.get"', 'shop.get'],
    ['"a" + x + "b"', 'a*b'],
    ['string.Format("user {0} of {1:x}", a, b)', 'user * of *'],
    ['nameof(Charge)', 'Charge'],
    ['nameof(Pay.Charge) + ".x"', 'Charge.x'],
    ['@"a ""b"""', 'a "b"'],
  ])('may be called %s', async (name, expected) => {
    const text = `class A { const string Prefix = "shop"; void F(int id) { S.StartActivity(${name}); } }`;
    expect(await csharp(text)).toEqual([`1 span "${expected}" in F`]);
  });

  test('of methods that use the same name for theirs are told apart', async () => {
    const text = `class A {
  void Publish() { var name = $"{key} publish"; S.StartActivity(name); }
  void Receive() { var name = $"{key} receive"; S.StartActivity(name); }
  void Other(string name) { S.StartActivity(name); }
}`;
    expect(await csharp(text)).toEqual(['2 span "* publish" in Publish', '3 span "* receive" in Receive']);
  });
});

describe('routes of C#', () => {
  test('of controllers have the route of their class', async () => {
    const text = `[ApiController, Route("api/[controller]")]
public class UsersController : ControllerBase {
  [HttpGet("{id:int}")]
  public User One(int id) => null;
  [HttpPost, Route("add")]
  public void Add() {}
  [HttpGet]
  public void All() {}
  [HttpGet("/health")]
  public void Health() {}
}
public class HomeController : Controller {
  [HttpGet] public void Index() {}
}`;
    expect(await csharp(text)).toEqual([
      '4 route "GET api/Users/{id:int}" in One',
      '6 route "POST api/Users/add" in Add',
      '8 route "GET api/Users" in All',
      '10 route "GET health" in Health',
    ]);
  });

  test('of minimal programs have the prefixes of their groups', async () => {
    const text = `var api = app.MapGroup("/api").RequireAuthorization();
var users = api.MapGroup("users");
users.MapGet("/{id}", (int id) => id);
app.MapPost("/orders", Add);
app.MapGet(path, X);`;
    expect(await csharp(text)).toEqual(['3 route "GET /api/users/{id}"', '4 route "POST /orders"']);
  });
});

test('gRPC of C# is found where it is served', async () => {
  const text = `public class CartService : Shop.CartService.CartServiceBase {
  public override Task<Empty> AddItem(AddRequest request, ServerCallContext context) => null;
  public void Helper() {}
}`;
  expect(await csharp(text)).toEqual(['2 route "*CartService/AddItem" in AddItem']);
});

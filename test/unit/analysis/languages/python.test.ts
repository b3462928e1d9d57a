import { describe, expect, test } from 'vitest';
import { drawn, read } from './read';

const python = (text: string) => drawn('python', text);

describe('spans of Python', () => {
  test('are found with their function and tracer, at the line of the call', async () => {
    const text = `
from opentelemetry import trace
tracer = trace.get_tracer("shop.cart", "1.0")

def add(item):
    with tracer.start_as_current_span("add to cart", kind=1) as span:
        pass

class Cart:
    def __init__(self):
        self.tracer = trace.get_tracer(__name__)
    async def empty(self):
        span = (
            self.tracer
            .start_span(name="empty")
        )
        trace.get_tracer("direct").start_span("three")
`;
    expect(await python(text)).toEqual([
      '6 span "add to cart" in add by shop.cart',
      '15 span "empty" in empty',
      '17 span "three" in empty by direct',
    ]);
    expect((await read('python', text))[0]).toMatchObject({ line: 6, column: 10 });
  });

  test('of decorators stand at the function', async () => {
    const text = `
@tracer.start_as_current_span("do work")
@other
async def work():
    pass
`;
    expect(await python(text)).toEqual(['4 decorator "do work" in work']);
  });

  test.each([
    ['f"user {id}"', 'user *'],
    ['f"{verb!r} of {id:>3}s"', '* of *s'],
    ['"user %s of %d%%" % (a, b)', 'user * of *%'],
    ['"user {} {{x}} {0!r}".format(a)', 'user * {x} *'],
    ['"a" + x + "b"', 'a*b'],
    ['("a" "b"\n  "c")', 'abc'],
    ['PREFIX + ".get"', 'shop.get'],
    ['f"{PREFIX}.{method}"', 'shop.*'],
    ['Names.PAY', 'pay'],
    ["r'a\\d'", 'a\\d'],
    ["'it\\'s'", "it's"],
  ])('may be called %s', async (name, expected) => {
    const text = `PREFIX = "shop"\nclass Names:\n    PAY = "pay"\ndef f(x, id, method):\n  tracer.start_span(${name})\n`;
    expect(await python(text)).toEqual([`5 span "${expected}" in f`]);
  });

  test.each([['name'], ['f"{a}{b}"'], ['"-"'], ['make_name()'], ['f"{a}:{b}"'], ['*args']])(
    'are left out when they are called %s, which says nothing',
    async (name) => {
      expect(await python(`def f(a, b):\n  tracer.start_span(${name})\n`)).toEqual([]);
    },
  );

  test('are not led astray by a name that is given elsewhere', async () => {
    const text = `
name = "top"
def one(name):
    tracer.start_span(name)
def two():
    name = "two"
    tracer.start_span(name)
def three(x):
    if x: name = "a"
    else: name = "b"
    tracer.start_span(name)
def four():
    tracer.start_span(name)
`;
    expect(await python(text)).toEqual(['7 span "two" in two', '13 span "top" in four']);
  });
});

describe('routes of Python', () => {
  test('of Flask have their methods and the blueprint’s prefix', async () => {
    const text = `
api = Blueprint("api", __name__, url_prefix="/api")
@app.route("/")
def home(): pass
@app.route("/users/<int:id>", methods=["GET", "POST"])
def users(id): pass
@api.post("/orders")
def order(): pass
`;
    expect(await python(text)).toEqual([
      '4 route "GET /" in home',
      '6 route "GET /users/<int:id>" in users',
      '6 route "POST /users/<int:id>" in users',
      '8 route "POST /api/orders" in order',
    ]);
  });

  test('of FastAPI have the router’s prefix', async () => {
    const text = `
router = APIRouter(prefix="/items", tags=["items"])
@router.get("/{id}", response_model=Item)
async def read(id: int): pass
@router.get("")
async def all(): pass
@app.api_route("/any", methods=["PUT"])
def any(): pass
`;
    expect(await python(text)).toEqual([
      '4 route "GET /items/{id}" in read',
      '6 route "GET /items" in all',
      '8 route "PUT /any" in any',
    ]);
  });

  test('of Django are those of its lists', async () => {
    const text = `
from django.urls import path
urlpatterns = [
    path("users/<int:id>/", views.user),
]
path("elsewhere/", x)
`;
    expect(await python(text)).toEqual(['4 route "users/<int:id>/"']);
  });

  test('are no other decorators', async () => {
    expect(await python('@cache.get("/x", 1)\nclass A: pass\n@app.get(path)\ndef f(): pass\n')).toEqual([]);
  });
});

test('gRPC of Python is found at both ends', async () => {
  const text = `
stub = pb2_grpc.CatalogStub(channel)
class Recommendations(pb2_grpc.RecommendationServiceServicer):
    def List(self, request, context):
        return stub.ListProducts(pb2.Empty())
    def Check(self, request, context): pass
    def _helper(self): pass
`;
  expect(await python(text)).toEqual([
    '4 route "*RecommendationService/List" in List',
    '5 client "*Catalog/ListProducts" in List',
    '6 route "*grpc.health.v1.Health/Check" in Check',
  ]);
});

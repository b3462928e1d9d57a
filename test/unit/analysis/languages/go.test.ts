import { describe, expect, test } from 'vitest';
import { drawn } from './read';

const go = (text: string) => drawn('go', `package main\nimport "go.opentelemetry.io/otel"\n${text}`);

describe('spans of Go', () => {
  test('are found with their function and tracer', async () => {
    const text = `var tracer = otel.Tracer("shop/cart")
func (c *Cart) Add(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "add")
	_, inner := c.tracer.Start(
		ctx,
		"inner",
	)
	otel.Tracer("direct").Start(r.Context(), \`raw\`)
}`;
    expect(await go(text)).toEqual([
      '5 span "add" in Add by shop/cart',
      '6 span "inner" in Add by shop/cart',
      '10 span "raw" in Add by direct',
    ]);
  });

  test.each([
    ['fmt.Sprintf("user %s of %d%%", a, b)', 'user * of *%'],
    ['"a" + x + "b"', 'a*b'],
    ['prefix + ".get"', 'shop.get'],
    ['"it\\"s"', 'it"s'],
  ])('may be called %s', async (name, expected) => {
    const text = `const prefix = "shop"\nfunc f(ctx context.Context, a string) {\n\ttracer.Start(ctx, ${name})\n}`;
    expect(await go(text)).toEqual([`5 span "${expected}" in f`]);
  });

  test('are not what is merely started', async () => {
    const text = 'func f(ctx context.Context) {\n\tserver.Start(port, "tcp")\n\tserver.Start(ctx)\n\ttimer.Start()\n}';
    expect(await go(text)).toEqual([]);
  });

  test('are not led astray by parameters and names that are given twice', async () => {
    const text = `const name = "top"
func one(ctx context.Context, name string) { tracer.Start(ctx, name) }
func two(ctx context.Context) {
	name := "a"
	if x { name = "b" }
	tracer.Start(ctx, name)
}
func three(ctx context.Context) { tracer.Start(ctx, name) }`;
    expect(await go(text)).toEqual(['10 span "top" in three']);
  });
});

describe('routes of Go', () => {
  test.each([
    ['http.HandleFunc("/users/", users)', '/users/'],
    ['mux.HandleFunc("GET /users/{id}", users)', 'GET /users/{id}'],
    ['r.HandleFunc("/users/{id}", users).Methods("POST")', 'POST /users/{id}'],
    ['r.HandleFunc("/users", users).Methods(http.MethodPut)', 'PUT /users'],
    ['r.GET("/users/:id", users)', 'GET /users/:id'],
    ['e.POST("/users", users, auth)', 'POST /users'],
    ['app.Get("/users/:id", users)', 'GET /users/:id'],
    ['mux.Handle("/x", otelhttp.NewHandler(h, "checkout"))', '/x'],
  ])('are registered by %s', async (call, name) => {
    expect((await go(`func f() {\n\t${call}\n}`))[0]).toBe(`4 route "${name}" in f`);
  });

  test('have the prefixes of their groups', async () => {
    const text = `func f() {
	api := r.Group("/api")
	v1 := api.Group("/v1")
	v1.GET("/users", users)
	r.Route("/admin", func(r chi.Router) {
		r.Get("/jobs", jobs)
	})
}`;
    expect(await go(text)).toEqual(['6 route "GET /api/v1/users" in f', '8 route "GET /admin/jobs" in f']);
  });

  test('are no requests', async () => {
    expect(
      await go('func f() {\n\thttp.Get("/x")\n\thttp.Get(url)\n\tc.Post("http://x/y", b)\n\tm.Get("key", d)\n}'),
    ).toEqual([]);
  });
});

test('gRPC of Go is found at both ends', async () => {
  const text = `type server struct { pb.UnimplementedCartServer }
func (s *server) AddItem(ctx context.Context, in *pb.AddRequest) (*pb.Empty, error) {
	return s.catalog.GetProduct(ctx, &pb.GetProductRequest{Id: 1})
}
func (s *server) Stream(in *pb.R, stream pb.Cart_StreamServer) error { return nil }
func (s *server) helper(ctx context.Context, in *pb.AddRequest) (*pb.Empty, error) { return nil, nil }
func (s *server) Close() error { return nil }`;
  expect(await go(text)).toEqual([
    '4 route "*Cart/AddItem" in AddItem',
    '5 client "*/GetProduct" in AddItem',
    '7 route "*Cart/Stream" in Stream',
  ]);
});

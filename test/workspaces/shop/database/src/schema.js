export function createSchema(database) {
  return database.exec(`
    create table products (
      id integer primary key,
      name text not null,
      category text not null,
      price_cents integer not null,
      stock integer not null
    );
    create table reviews (
      id integer primary key,
      product_id integer not null references products,
      stars integer not null check (stars between 1 and 5),
      text text not null
    );
    create table customers (
      id integer primary key,
      name text not null,
      email text not null,
      tier text not null default 'standard'
    );
    create table orders (
      id serial primary key,
      customer_id integer not null references customers,
      status text not null default 'placed',
      total_cents integer not null,
      placed_at timestamptz not null default now()
    );
    create table order_items (
      order_id integer not null references orders,
      product_id integer not null references products,
      quantity integer not null,
      price_cents integer not null
    );
    create index reviews_by_product on reviews (product_id);
    create index orders_by_customer on orders (customer_id);
    create index items_by_order on order_items (order_id);
  `);
}

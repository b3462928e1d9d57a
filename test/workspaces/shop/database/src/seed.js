const PRODUCTS = [
  ['Espresso machine', 'kitchen', 34900],
  ['Burr grinder', 'kitchen', 12900],
  ['Gooseneck kettle', 'kitchen', 6900],
  ['Pour-over set', 'kitchen', 3900],
  ['Cast-iron pan', 'kitchen', 5900],
  ["Chef's knife", 'kitchen', 8900],
  ['Mechanical keyboard', 'desk', 14900],
  ['Trackball', 'desk', 7900],
  ['Desk lamp', 'desk', 5400],
  ['Monitor arm', 'desk', 11900],
  ['Notebook, dotted', 'desk', 1400],
  ['Fountain pen', 'desk', 4200],
  ['Bicycle light', 'outdoors', 3400],
  ['Trail backpack', 'outdoors', 12400],
  ['Camping stove', 'outdoors', 7400],
  ['Wool blanket', 'outdoors', 6400],
  ['Water bottle', 'outdoors', 2400],
  ['Hammock', 'outdoors', 8400],
];
const FIRST_NAMES = ['Ada', 'Ben', 'Chidi', 'Dana', 'Elif', 'Farid', 'Grete', 'Hiro', 'Ines', 'Jonas'];
const LAST_NAMES = ['Abel', 'Brandt', 'Costa', 'Diallo', 'Endo'];
const OPINIONS = [
  'Does what it should.',
  'Would buy again.',
  'Arrived late, but is fine.',
  'Not for me.',
  'Excellent.',
];
const ORDERS = 600;
/** The one product that runs out. */
const SCARCE = 'Hammock';

/** Fills the tables with the same rows every time. Gives their counts. */
export async function seed(database) {
  const random = randomFrom(20);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const between = (low, high) => low + Math.floor(random() * (high - low + 1));

  const products = PRODUCTS.map(([name, category, price], index) => {
    const stock = name === SCARCE ? 3 : between(50_000, 90_000);
    return [index + 1, name, category, price, stock];
  });
  const customers = FIRST_NAMES.flatMap((first) => LAST_NAMES.map((last) => [first, last])).map(
    ([first, last], index) => [
      index + 1,
      `${first} ${last}`,
      `${first}.${last}@mail.test`.toLowerCase(),
      index % 7 === 0 ? 'gold' : 'standard',
    ],
  );
  const reviews = Array.from({ length: 240 }, (_, index) => [
    index + 1,
    between(1, products.length),
    between(2, 5),
    pick(OPINIONS),
  ]);

  const orders = [];
  const items = [];
  for (let id = 1; id <= ORDERS; id++) {
    let total = 0;
    for (let count = between(1, 7); count > 0; count--) {
      const [product, , , price] = pick(products);
      const quantity = between(1, 3);
      total += quantity * price;
      items.push([id, product, quantity, price]);
    }
    orders.push([between(1, customers.length), total]);
  }

  await insert(database, 'products (id, name, category, price_cents, stock)', products);
  await insert(database, 'customers (id, name, email, tier)', customers);
  await insert(database, 'reviews (id, product_id, stars, text)', reviews);
  await insert(database, 'orders (customer_id, total_cents)', orders);
  await insert(database, 'order_items (order_id, product_id, quantity, price_cents)', items);
  return { products: products.length, orders: orders.length };
}

async function insert(database, target, rows) {
  const holes = rows.map((row, at) => `(${row.map((_, column) => `$${at * row.length + column + 1}`).join(', ')})`);
  await database.query(`insert into ${target} values ${holes.join(', ')}`, rows.flat());
}

/** Numbers in [0, 1), the same ones for the same start: a linear congruential generator. */
function randomFrom(start) {
  let state = start;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

import { call } from './http.ts';

const ORDERS = `http://127.0.0.1:${process.env.ORDERS_PORT ?? 47101}`;

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly category: string;
  readonly price_cents: number;
}

export interface Customer {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly tier: 'standard' | 'gold';
}

export interface Order {
  readonly id: number;
  readonly status: string;
  readonly total_cents: number;
}

export interface Item {
  readonly productId: number;
  readonly quantity: number;
}

export const fetchProducts = (category?: string): Promise<Product[]> =>
  call('orders', `${ORDERS}/products${category ? `?category=${encodeURIComponent(category)}` : ''}`);

export const fetchProduct = (id: number): Promise<Product> => call('orders', `${ORDERS}/products/${id}`);

export const fetchStock = (id: number): Promise<{ inStock: number }> =>
  call('orders', `${ORDERS}/products/${id}/stock`);

export const fetchReviews = (id: number): Promise<{ stars: number; text: string }[]> =>
  call('orders', `${ORDERS}/products/${id}/reviews`);

export const fetchCustomer = (id: number): Promise<Customer> => call('orders', `${ORDERS}/customers/${id}`);

export const fetchOrder = (id: number): Promise<Order> => call('orders', `${ORDERS}/orders/${id}`);

export const fetchOrdersOf = (customerId: number): Promise<Order[]> =>
  call('orders', `${ORDERS}/customers/${customerId}/orders`);

export const fetchBoughtTogether = (): Promise<{ product: string; bought_too: string }[]> =>
  call('orders', `${ORDERS}/reports/bought-together`);

export const placeOrder = (customerId: number, items: readonly Item[]): Promise<Order> =>
  call('orders', `${ORDERS}/orders`, { method: 'POST', body: { customerId, items } });

#include "model/purchases.h"

#include "base/stats.h"

void
crm_purchases_add(struct crm_purchases *ps, struct crm_str customer,
    int32_t day, int64_t amount)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&ps->ids, customer, &fresh);
	if (fresh)
		e->v.u = ps->ids.n - 1;
	crm_grow(&ps->p, &ps->cap, ps->n + 1, sizeof(*ps->p));
	ps->p[ps->n++] = (struct crm_purchase){ (uint32_t)e->v.u, day, amount };
}

void
crm_purchases_release(struct crm_purchases *ps)
{
	crm_map_release(&ps->ids);
	free(ps->p);
	*ps = (struct crm_purchases){ 0 };
}

static int
by_customer_day(const void *va, const void *vb)
{
	const struct crm_purchase *a = va, *b = vb;
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return (a->day > b->day) - (a->day < b->day);
}

static int
by_id(const void *va, const void *vb)
{
	const struct crm_customer *a = va, *b = vb;
	return crm_str_cmp(a->id, b->id);
}

bool
crm_purchases_customer(const struct crm_purchase *p, size_t n, int32_t as_of,
    struct crm_customer *c)
{
	if (n == 0 || p[0].day > as_of)
		return false;
	int64_t repeat = 0;
	*c = (struct crm_customer){ .id = c->id, .last = p[0].day, .days = 1 };
	for (size_t i = 0; i < n && p[i].day <= as_of; i++) {
		c->total = crm_add_saturated(c->total, p[i].amount);
		if (p[i].day != c->last) {
			c->last = p[i].day;
			c->days++;
		}
		if (p[i].day != p[0].day)
			repeat = crm_add_saturated(repeat, p[i].amount);
	}
	c->h.x = c->days - 1;
	c->h.tx = c->last - p[0].day;
	c->h.t = as_of - p[0].day;
	c->h.value = c->h.x ? (double)repeat / 1e4 / c->h.x : 0;
	return true;
}

size_t
crm_purchases_customers(struct crm_purchases *ps, int32_t as_of,
    struct crm_customer **out)
{
	struct crm_customer *c = crm_calloc(ps->ids.n, sizeof(*c));
	size_t n = 0;
	if (ps->n)
		qsort(ps->p, ps->n, sizeof(*ps->p), by_customer_day);
	for (size_t i = 0, j; i < ps->n; i = j) {
		for (j = i + 1; j < ps->n && ps->p[j].who == ps->p[i].who; j++)
			;
		c[n].id = ps->ids.e[ps->p[i].who].key;
		if (crm_purchases_customer(&ps->p[i], j - i, as_of, &c[n]))
			n++;
	}
	if (n)
		qsort(c, n, sizeof(*c), by_id);
	*out = c;
	return n;
}

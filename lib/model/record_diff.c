/* Two images of a record, compared member by member. */
#include "model/record.h"

bool
crm_rec_same(const struct crm_rec *a, const struct crm_rec *b)
{
	if (crm_str_eq(a->line, b->line))
		return true;
	size_t i = 0, j = 0;
	for (;; i++, j++) {
		while (i < a->shape->n && crm_str_is(a->shape->keys[i],
		    "updated"))
			i++;
		while (j < b->shape->n && crm_str_is(b->shape->keys[j],
		    "updated"))
			j++;
		if (i == a->shape->n || j == b->shape->n)
			return i == a->shape->n && j == b->shape->n;
		if (!crm_str_eq(a->shape->keys[i], b->shape->keys[j]) ||
		    !crm_str_eq(crm_rec_val(a, i), crm_rec_val(b, j)))
			return false;
	}
}

struct diff {
	crm_diff_fn *fn;
	void *ctx;
	struct crm_buf path;
};

static size_t
enter(struct diff *d, struct crm_str key)
{
	size_t had = d->path.n;
	if (had)
		crm_buf_c(&d->path, '.');
	crm_buf_str(&d->path, key);
	return had;
}

static bool
is_object(struct crm_str v)
{
	return v.n && v.p[0] == '{';
}

/* The member of an object by its raw key; empty where there is none. */
static struct crm_str
member(struct crm_str object, struct crm_str key)
{
	struct crm_str k, v;
	if (!is_object(object))
		return (struct crm_str){ 0 };
	struct crm_json_iter it = crm_json_iter(object);
	while (crm_json_next(&it, &k, &v))
		if (crm_str_eq(k, key))
			return v;
	return (struct crm_str){ 0 };
}

/* An empty value stands for none. The depth is that of the JSON, which its
 * reader limits. */
static void
compare(struct diff *d, struct crm_str a, struct crm_str b)
{
	struct crm_str key, v;
	if (crm_str_eq(a, b))
		return;
	if (!(is_object(a) || is_object(b)) || (a.n && !is_object(a)) ||
	    (b.n && !is_object(b))) {
		d->fn(d->ctx, crm_buf_view(&d->path), a, b);
		return;
	}
	if (a.n) {
		struct crm_json_iter it = crm_json_iter(a);
		while (crm_json_next(&it, &key, &v)) {
			size_t had = enter(d, key);
			compare(d, v, member(b, key));
			d->path.n = had;
		}
	}
	if (b.n) {
		struct crm_json_iter it = crm_json_iter(b);
		while (crm_json_next(&it, &key, &v)) {
			size_t had = enter(d, key);
			if (!member(a, key).n)
				compare(d, (struct crm_str){ 0 }, v);
			d->path.n = had;
		}
	}
}

void
crm_rec_diff(const struct crm_rec *a, const struct crm_rec *b,
    crm_diff_fn *fn, void *ctx)
{
	struct diff d = { .fn = fn, .ctx = ctx };
	compare(&d, a ? a->line : (struct crm_str){ 0 },
	    b ? b->line : (struct crm_str){ 0 });
	crm_buf_release(&d.path);
}

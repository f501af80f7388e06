#include "cli/sorter.h"

#include "base/mem.h"

enum { ABSENT = 0xff, SLACK = 4096 };

enum crm_status
crm_sorter_init(struct crm_sorter *s, const struct crm_query_ctx *c,
    const struct crm_type *t, const char *spec, uint64_t limit,
    struct crm_err *err)
{
	struct crm_str rest = crm_str_z(spec), part;
	size_t cap = 0, capd = 0;
	*s = (struct crm_sorter){ .limit = limit };
	while (spec && crm_str_split(&rest, ',', &part)) {
		part = crm_str_trim(part);
		bool down = part.n && part.p[0] == '-';
		part = crm_str_sub(part, down, SIZE_MAX);
		crm_grow(&s->path, &cap, s->n + 1, sizeof(*s->path));
		crm_grow(&s->down, &capd, s->n + 1, sizeof(*s->down));
		enum crm_status st = crm_path_parse(c, t, part,
		    &s->path[s->n], err);
		if (st)
			return st;
		s->down[s->n++] = down;
	}
	return CRM_OK;
}

static void
add_key(struct crm_sorter *s, size_t i, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	const struct crm_field *f;
	struct crm_str val = { NULL, 0 };
	size_t from = s->keys.n;
	if (!crm_path_get(s->path[i], r, env, &val))
		val.n = 0;
	crm_sort_key(crm_path_kind(s->path[i], &f), val, &s->keys);
	unsigned char *p = (unsigned char *)s->keys.p;
	for (size_t k = from; s->down[i] && p[from] != ABSENT &&
	    k < s->keys.n; k++)
		p[k] = (unsigned char)~p[k];
}

static int
compare(const void *a, const void *b, void *keys)
{
	const struct crm_sorted *x = a, *y = b;
	const char *k = keys;
	int c = crm_str_cmp((struct crm_str){ k + x->key, x->len },
	    (struct crm_str){ k + y->key, y->len });
	return c ? c : (x->no > y->no) - (x->no < y->no);
}

/* With the keys of rows past the limit dropped. */
static void
cut(struct crm_sorter *s)
{
	struct crm_buf kept = { 0 };
	if (s->limit && s->nrows > s->limit)
		s->nrows = s->limit;
	for (size_t i = 0; i < s->nrows; i++) {
		size_t from = kept.n;
		crm_buf_add(&kept, s->keys.p + s->row[i].key, s->row[i].len);
		s->row[i].key = from;
	}
	crm_buf_release(&s->keys);
	s->keys = kept;
}

void
crm_sorter_add(struct crm_sorter *s, const struct crm_rec *r,
    const struct crm_query_env *env, uint32_t rank, uint64_t no)
{
	size_t from = s->keys.n;
	for (size_t i = 0; i < s->n; i++)
		add_key(s, i, r, env);
	for (int shift = 24; s->n == 0 && shift >= 0; shift -= 8)
		crm_buf_c(&s->keys, (char)(~rank >> shift));
	crm_grow(&s->row, &s->cap, s->nrows + 1, sizeof(*s->row));
	s->row[s->nrows++] = (struct crm_sorted){ from, s->keys.n - from, no };
	if (s->limit && s->limit < SIZE_MAX / 4 &&
	    s->nrows >= 2 * s->limit + SLACK)
		crm_sorter_sort(s);
}

void
crm_sorter_sort(struct crm_sorter *s)
{
	if (s->nrows)
		qsort_r(s->row, s->nrows, sizeof(*s->row), compare, s->keys.p);
	if (s->limit && s->nrows > s->limit)
		cut(s);
}

void
crm_sorter_release(struct crm_sorter *s)
{
	for (size_t i = 0; i < s->n; i++)
		crm_path_free(s->path[i]);
	free(s->path);
	free(s->down);
	free(s->row);
	crm_buf_release(&s->keys);
	*s = (struct crm_sorter){ 0 };
}

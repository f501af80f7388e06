#include "store/batch.h"

struct crm_batch *
crm_batch_new(void)
{
	return crm_zalloc(sizeof(struct crm_batch));
}

void
crm_batch_free(struct crm_batch *b)
{
	if (!b)
		return;
	free(b->rows);
	crm_arena_release(&b->mem);
	free(b);
}

void
crm_batch_clear(struct crm_batch *b)
{
	b->n = 0;
	crm_arena_clear(&b->mem);
}

size_t
crm_batch_len(const struct crm_batch *b)
{
	return b->n;
}

const struct crm_rec *
crm_batch_row(const struct crm_batch *b, size_t i)
{
	return &b->rows[i];
}

static struct crm_rec *
new_row(struct crm_batch *b)
{
	if (b->n == b->cap)
		crm_grow(&b->rows, &b->cap, b->n + 1, sizeof(*b->rows));
	return &b->rows[b->n++];
}

void
crm_batch_add(struct crm_batch *b, const struct crm_rec *r)
{
	struct crm_rec *to = new_row(b);
	size_t offs = r->shape->n * (r->wide ? 4u : 2u);
	char *p = crm_arena_alloc(&b->mem, offs + r->line.n);
	if (offs)
		memcpy(p, r->off, offs);
	if (r->line.n)
		memcpy(p + offs, r->line.p, r->line.n);
	*to = *r;
	to->off = (const uint8_t *)p;
	to->line.p = p + offs;
}

void
crm_batch_add_none(struct crm_batch *b)
{
	static const struct crm_shape none = { 0 };
	*new_row(b) = (struct crm_rec){ .shape = &none, .state = CRM_DEAD };
}

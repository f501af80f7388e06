#include "store/git_work.h"

#include "base/mem.h"

enum {
	LEVEL = 1, WINDOW_BITS = 15, MEM_LEVEL = 8,
	SMALLEST = 64	/* bytes of an object that is worth a delta */
};

static bool
deflate_large(struct crm_git_work *w, struct crm_str s)
{
	if (!w->ready && deflateInit2(&w->z, LEVEL, Z_DEFLATED, WINDOW_BITS,
	    MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	w->ready = true;
	deflateReset(&w->z);
	size_t room = deflateBound(&w->z, s.n);
	w->z.next_in = (Bytef *)(uintptr_t)s.p;
	w->z.avail_in = (uInt)s.n;
	w->z.next_out = (Bytef *)crm_buf_room(&w->out, room);
	w->z.avail_out = (uInt)room;
	if (s.n > UINT32_MAX / 2 || deflate(&w->z, Z_FINISH) != Z_STREAM_END)
		return false;
	w->out.n += room - w->z.avail_out;
	return true;
}

/* Told by another one where that saves a quarter at least; else it is the one
 * that the next ones are told by. */
static struct crm_str
find_delta(struct crm_git_work *w, const struct crm_git_obj *o,
    struct crm_git_piece *p)
{
	struct crm_git_model *m = &w->model[o->like % CRM_GIT_BASES];
	if (!o->like || o->data.n < SMALLEST ||
	    o->data.n > CRM_GIT_DELTA_MAX)
		return o->data;
	if (m->like == o->like) {
		crm_buf_clear(&w->delta);
		crm_git_delta_make(&m->base, o->data, &w->delta);
		if (w->delta.n < o->data.n / 4 * 3) {
			p->delta = true;
			p->base = m->oid;
			return crm_buf_view(&w->delta);
		}
	}
	m->like = o->like;
	m->oid = o->oid;
	crm_git_base_set(&m->base, o->data);
	return o->data;
}

void
crm_git_work_run(struct crm_git_work *w)
{
	w->failed = false;
	crm_buf_clear(&w->out);
	crm_grow(&w->piece, &w->cap, w->n + 1, sizeof(*w->piece));
	if (!w->deflate)
		w->deflate = crm_deflate_new();
	for (size_t i = 0; i < w->n && !w->failed; i++) {
		struct crm_git_piece *p = &w->piece[i];
		*p = (struct crm_git_piece){ 0 };
		crm_git_name(&w->obj[i]);
		struct crm_str s = find_delta(w, &w->obj[i], p);
		if (s.n <= CRM_DEFLATE_MAX)
			crm_deflate_add(w->deflate, s, &w->out);
		else
			w->failed = !deflate_large(w, s);
		p->size = s.n;
		p->end = w->out.n;
	}
}

void
crm_git_work_release(struct crm_git_work *w)
{
	if (w->ready)
		deflateEnd(&w->z);
	crm_deflate_free(w->deflate);
	crm_buf_release(&w->out);
	crm_buf_release(&w->delta);
	for (size_t i = 0; i < CRM_GIT_BASES; i++)
		crm_git_base_release(&w->model[i].base);
	free(w->piece);
}

#include "store/journal.h"

#include "base/hash.h"
#include "store/posting.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "keys are made by swapping bytes");

static const char *const names[CRM_OPN_N] = { "add", "edit", "rm", "merge",
	"unmerge", "undo", "restore", "erase" };

const char *
crm_opname_text(unsigned op)
{
	return op < CRM_OPN_N ? names[op] : "edit";
}

unsigned
crm_opname_find(const char *name, unsigned fallback)
{
	for (unsigned i = 0; name && i < CRM_OPN_N; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return fallback;
}

static void
put_u(struct crm_buf *b, uint64_t v)
{
	b->n += crm_varint_put((uint8_t *)crm_buf_room(b, 10), v);
}

static void
put_s(struct crm_buf *b, struct crm_str s)
{
	put_u(b, s.n);
	crm_buf_str(b, s);
}

struct dec {
	const uint8_t *p, *end;
	bool bad;
};

static uint64_t
get_u(struct dec *d)
{
	uint64_t v = 0;
	size_t n = d->bad ? 0 : crm_varint_get(d->p, d->end, &v);
	if (n == 0)
		d->bad = true;
	d->p += n;
	return v;
}

static struct crm_str
get_s(struct dec *d)
{
	uint64_t n = get_u(d);
	if (d->bad || n > (uint64_t)(d->end - d->p)) {
		d->bad = true;
		return (struct crm_str){ 0 };
	}
	struct crm_str s = { (const char *)d->p, (size_t)n };
	d->p += n;
	return s;
}

static uint32_t
checksum(uint64_t rev, uint64_t no, const char *p, size_t n)
{
	uint64_t key[2] = { rev, no };
	return crm_crc32c(crm_crc32c(0, key, sizeof(key)), p, n);
}

/* Room for the checksum; seal() fills it in. */
static size_t
unsealed(struct crm_buf *out)
{
	crm_buf_add(out, "\0\0\0\0", 4);
	return out->n;
}

static void
seal(struct crm_buf *out, size_t from, uint64_t rev, uint64_t no)
{
	uint32_t crc = checksum(rev, no, out->p + from, out->n - from);
	memcpy(out->p + from - 4, &crc, 4);
}

static bool
unseal(uint64_t rev, uint64_t no, struct crm_str p, struct dec *d)
{
	uint32_t crc;
	if (p.n < 4)
		return false;
	memcpy(&crc, p.p, 4);
	*d = (struct dec){ .p = (const uint8_t *)p.p + 4,
		.end = (const uint8_t *)p.p + p.n };
	return crc == checksum(rev, no, p.p + 4, p.n - 4);
}

void
crm_entry_encode(struct crm_buf *out, uint64_t rev, uint64_t no,
    const struct crm_entry *e)
{
	size_t from = unsealed(out);
	crm_buf_c(out, (char)e->kind);
	crm_buf_c(out, (char)e->op);
	put_u(out, e->line);
	if (e->kind == CRM_ENTRY_IMAGE) {
		crm_buf_str(out, e->image);
	} else if (e->kind == CRM_ENTRY_HEAD) {
		crm_buf_c(out, (char)(e->first | e->state << 1));
		put_u(out, e->rev);
		put_u(out, e->into);
	}
	seal(out, from, rev, no);
}

bool
crm_entry_decode(uint64_t rev, uint64_t no, struct crm_str p,
    struct crm_entry *e)
{
	struct dec d;
	if (!unseal(rev, no, p, &d) || d.end - d.p < 3)
		return false;
	*e = (struct crm_entry){ .kind = d.p[0], .op = d.p[1] };
	d.p += 2;
	e->line = get_u(&d);
	if (e->kind == CRM_ENTRY_IMAGE) {
		e->image = (struct crm_str){ (const char *)d.p,
			(size_t)(d.end - d.p) };
	} else if (e->kind == CRM_ENTRY_HEAD) {
		if (d.p >= d.end)
			return false;
		e->first = d.p[0] & 1;
		e->state = d.p[0] >> 1 & 3;
		d.p++;
		e->rev = get_u(&d);
		e->into = get_u(&d);
	} else if (e->kind != CRM_ENTRY_ERASED) {
		return false;
	}
	return !d.bad;
}

void
crm_runs_add(struct crm_runs *r, unsigned type, uint64_t seq, unsigned op,
    uint64_t line)
{
	struct crm_run *l = r->n ? &r->v[r->n - 1] : NULL;
	if (l && l->type == type && l->first + l->n == seq && l->op == op &&
	    (line ? l->line && l->line + l->n == line : !l->line)) {
		l->n++;
		return;
	}
	crm_grow(&r->v, &r->cap, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = (struct crm_run){ .type = (uint16_t)type,
		.op = (uint8_t)op, .first = seq, .n = 1, .line = line };
}

void
crm_commit_encode(struct crm_buf *out, uint64_t rev,
    const struct crm_commit_rec *c)
{
	size_t from = unsealed(out);
	crm_buf_add(out, c->uuid, 16);
	crm_buf_c(out, c->last);
	put_u(out, (uint64_t)c->at);
	put_u(out, c->txn);
	put_u(out, c->changes);
	put_u(out, c->entries);
	put_s(out, c->actor);
	put_s(out, c->program);
	put_s(out, c->why);
	put_s(out, c->source);
	uint64_t types = 0;
	for (size_t i = 0; i < CRM_TYPES; i++)
		types += c->counts->next[i] != 0;
	put_u(out, types);
	for (size_t i = 0; i < CRM_TYPES; i++)
		if (c->counts->next[i]) {
			put_u(out, i);
			put_u(out, c->counts->live[i]);
			put_u(out, c->counts->next[i]);
		}
	put_u(out, c->runs.n);
	for (size_t i = 0; i < c->runs.n; i++) {
		const struct crm_run *r = &c->runs.v[i];
		put_u(out, r->type);
		put_u(out, r->op);
		put_u(out, r->first);
		put_u(out, r->n);
		put_u(out, r->line);
	}
	seal(out, from, rev, UINT64_MAX);
}

static void
get_counts(struct dec *d, struct crm_counts *out)
{
	if (out)
		*out = (struct crm_counts){ 0 };
	for (uint64_t n = get_u(d); n && !d->bad; n--) {
		uint64_t type = get_u(d), live = get_u(d), next = get_u(d);
		if (type >= CRM_TYPES) {
			d->bad = true;
		} else if (out) {
			out->live[type] = live;
			out->next[type] = next;
		}
	}
}

bool
crm_commit_decode(uint64_t rev, struct crm_str p, bool runs,
    struct crm_commit_rec *c)
{
	struct dec d;
	if (!unseal(rev, UINT64_MAX, p, &d) || d.end - d.p < 17)
		return false;
	struct crm_counts *counts = c->counts;
	*c = (struct crm_commit_rec){ .counts = counts };
	memcpy(c->uuid, d.p, 16);
	c->last = d.p[16];
	d.p += 17;
	c->at = (int64_t)get_u(&d);
	c->txn = get_u(&d);
	c->changes = get_u(&d);
	c->entries = get_u(&d);
	c->actor = get_s(&d);
	c->program = get_s(&d);
	c->why = get_s(&d);
	c->source = get_s(&d);
	get_counts(&d, counts);
	if (!runs)
		return !d.bad;
	for (uint64_t n = get_u(&d); n && !d.bad; n--) {
		crm_grow(&c->runs.v, &c->runs.cap, c->runs.n + 1,
		    sizeof(*c->runs.v));
		struct crm_run *r = &c->runs.v[c->runs.n++];
		r->type = (uint16_t)get_u(&d);
		r->op = (uint8_t)get_u(&d);
		r->first = get_u(&d);
		r->n = get_u(&d);
		r->line = get_u(&d);
	}
	if (d.bad)
		crm_commit_release(c);
	return !d.bad;
}

void
crm_commit_release(struct crm_commit_rec *c)
{
	free(c->runs.v);
	c->runs = (struct crm_runs){ 0 };
}

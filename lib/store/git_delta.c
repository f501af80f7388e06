#include "store/git_delta.h"

enum { WORD = 4, SHORTEST = 5, INSERT_MAX = 127, COPY_MAX = 0xffff };

static inline uint32_t
slot_of(const char *p)
{
	uint32_t v;
	memcpy(&v, p, WORD);
	return v * 2654435761u >> (32 - CRM_GIT_DELTA_BITS);
}

void
crm_git_base_set(struct crm_git_base *b, struct crm_str text)
{
	memset(b->place, 0, sizeof(b->place));
	crm_buf_clear(&b->text);
	crm_buf_str(&b->text, text);
	for (size_t i = 0; i + WORD <= text.n; i++)
		b->place[slot_of(text.p + i)] = (uint16_t)(i + 1);
}

void
crm_git_base_release(struct crm_git_base *b)
{
	crm_buf_release(&b->text);
}

/* -- making -------------------------------------------------------------------- */

static void
put_size(struct crm_buf *out, size_t n)
{
	for (; n >= 0x80; n >>= 7)
		crm_buf_c(out, (char)(n | 0x80));
	crm_buf_c(out, (char)n);
}

static void
put_insert(struct crm_buf *out, struct crm_str s)
{
	while (s.n) {
		size_t n = s.n < INSERT_MAX ? s.n : INSERT_MAX;
		crm_buf_c(out, (char)n);
		crm_buf_add(out, s.p, n);
		s = crm_str_sub(s, n, SIZE_MAX);
	}
}

static void
put_copy(struct crm_buf *out, size_t from, size_t n)
{
	uint8_t op[7] = { 0x80 };
	size_t k = 1;
	for (int i = 0; i < 2; i++)
		if (from >> 8 * i & 0xff) {
			op[0] |= (uint8_t)(1 << i);
			op[k++] = (uint8_t)(from >> 8 * i);
		}
	for (int i = 0; i < 2; i++)
		if (n >> 8 * i & 0xff) {
			op[0] |= (uint8_t)(16 << i);
			op[k++] = (uint8_t)(n >> 8 * i);
		}
	crm_buf_add(out, op, k);
}

void
crm_git_delta_make(const struct crm_git_base *b, struct crm_str text,
    struct crm_buf *out)
{
	const char *base = b->text.p, *p = text.p;
	size_t done = 0;
	put_size(out, b->text.n);
	put_size(out, text.n);
	for (size_t i = 0; i + WORD <= text.n;) {
		size_t from = b->place[slot_of(p + i)], at = i, n = WORD;
		if (!from || memcmp(base + from - 1, p + i, WORD) != 0) {
			i++;
			continue;
		}
		from--;
		while (at + n < text.n && from + n < b->text.n &&
		    base[from + n] == p[at + n] && n < COPY_MAX)
			n++;
		for (; at > done && from > 0 && base[from - 1] == p[at - 1] &&
		    n < COPY_MAX; n++) {
			from--;
			at--;
		}
		if (n < SHORTEST) {
			i++;
			continue;
		}
		put_insert(out, crm_str_sub(text, done, at - done));
		put_copy(out, from, n);
		i = done = at + n;
	}
	put_insert(out, crm_str_sub(text, done, SIZE_MAX));
}

/* -- applying ------------------------------------------------------------------ */

static bool
get_size(struct crm_str *d, uint64_t *out)
{
	unsigned shift = 0;
	*out = 0;
	while (d->n && shift < 57) {
		uint8_t c = (uint8_t)d->p[0];
		*d = crm_str_sub(*d, 1, SIZE_MAX);
		*out |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80))
			return true;
		shift += 7;
	}
	return false;
}

/* The bytes that `op` says are there, lowest first. */
static bool
get_parts(struct crm_str *d, unsigned op, int n, size_t *out)
{
	*out = 0;
	for (int i = 0; i < n; i++) {
		if (!(op >> i & 1))
			continue;
		if (!d->n)
			return false;
		*out |= (size_t)(uint8_t)d->p[0] << 8 * i;
		*d = crm_str_sub(*d, 1, SIZE_MAX);
	}
	return true;
}

bool
crm_git_delta_apply(struct crm_str base, struct crm_str d,
    struct crm_buf *out)
{
	uint64_t from_size, size;
	crm_buf_clear(out);
	if (!get_size(&d, &from_size) || !get_size(&d, &size) ||
	    from_size != base.n || size > UINT32_MAX / 2)
		return false;
	while (d.n) {
		size_t at = 0, n;
		unsigned op = (uint8_t)d.p[0];
		struct crm_str *src = op & 0x80 ? &base : &d;
		d = crm_str_sub(d, 1, SIZE_MAX);
		n = op;
		if (op & 0x80 && (!get_parts(&d, op, 4, &at) ||
		    !get_parts(&d, op >> 4, 3, &n)))
			return false;
		if (op & 0x80 && n == 0)
			n = 0x10000;
		if (n == 0 || at > src->n || n > src->n - at ||
		    n > size - out->n)
			return false;
		crm_buf_add(out, src->p + at, n);
		if (!(op & 0x80))
			d = crm_str_sub(d, n, SIZE_MAX);
	}
	return out->n == size;
}

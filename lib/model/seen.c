#include "model/seen.h"

#include "base/hash.h"
#include "base/mem.h"

static void
grow(struct crm_seen *s)
{
	size_t cap = s->cap ? s->cap * 2 : 1024;
	uint64_t *t = crm_zalloc(cap * 2 * sizeof(*t));
	for (size_t i = 0; i < s->cap; i++) {
		uint64_t h = s->t[2 * i];
		size_t k = h & (cap - 1);
		if (!h)
			continue;
		while (t[2 * k])
			k = (k + 1) & (cap - 1);
		t[2 * k] = h;
		t[2 * k + 1] = s->t[2 * i + 1];
	}
	free(s->t);
	s->t = t;
	s->cap = cap;
}

static uint64_t
occurrence(struct crm_seen *s, uint64_t hash)
{
	if (s->n * 2 >= s->cap)
		grow(s);
	hash += hash == 0;
	size_t k = hash & (s->cap - 1);
	while (s->t[2 * k] && s->t[2 * k] != hash)
		k = (k + 1) & (s->cap - 1);
	if (!s->t[2 * k]) {
		s->t[2 * k] = hash;
		s->n++;
	}
	return ++s->t[2 * k + 1];
}

void
crm_import_name(struct crm_seen *s, struct crm_str text,
    char out[CRM_IMPORT_NAME])
{
	static const uint8_t zero[16];
	uint64_t h = crm_siphash(zero, text.p, text.n), n = occurrence(s, h);
	snprintf(out, CRM_IMPORT_NAME, n > 1 ? "%016" PRIx64 "-%" PRIu64 :
	    "%016" PRIx64, h, n);
}

void
crm_seen_release(struct crm_seen *s)
{
	free(s->t);
	*s = (struct crm_seen){ 0 };
}

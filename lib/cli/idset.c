#include "cli/idset.h"

bool
crm_idset_add(struct crm_idset *s, struct crm_str id)
{
	bool fresh = false;
	if (id.n)
		crm_map_put(&s->map, id, &fresh);
	if (fresh && (!s->shortest || id.n < s->shortest))
		s->shortest = id.n;
	if (id.n > s->longest)
		s->longest = id.n;
	return fresh;
}

bool
crm_idset_has(const struct crm_idset *s, struct crm_str id)
{
	return crm_map_get(&s->map, id) != NULL;
}

/* Walks the strings: ids hold no quotes and no escapes. */
const struct crm_map_entry *
crm_idset_next(const struct crm_idset *s, struct crm_str *json)
{
	const char *p = json->p, *end = p + json->n;
	const struct crm_map_entry *e = NULL;
	while (!e && p < end && (p = memchr(p, '"', (size_t)(end - p)))) {
		const char *from = ++p;
		while (p < end && *p != '"')
			p += *p == '\\' && p + 1 < end ? 2 : 1;
		struct crm_str id = { from, (size_t)(p - from) };
		p++;
		if (id.n >= s->shortest && id.n <= s->longest &&
		    !(p < end && *p == ':'))
			e = crm_map_get(&s->map, id);
	}
	*json = e && p < end ? (struct crm_str){ p, (size_t)(end - p) } :
	    (struct crm_str){ end, 0 };
	return e;
}

bool
crm_idset_in(const struct crm_idset *s, struct crm_str json)
{
	return crm_idset_next(s, &json) != NULL;
}

void
crm_idset_release(struct crm_idset *s)
{
	crm_map_release(&s->map);
	*s = (struct crm_idset){ 0 };
}

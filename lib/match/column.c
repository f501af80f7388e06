#include "match/inner.h"

uint32_t
crm_col_put(struct crm_col *c, struct crm_str bytes)
{
	if (bytes.n == 0)
		return 0;
	uint32_t id = crm_intern_put(&c->t, bytes, NULL);
	size_t had = c->countcap;
	crm_grow(&c->count, &c->countcap, (size_t)id + 1, sizeof(*c->count));
	if (c->countcap > had)
		memset(c->count + had, 0, (c->countcap - had) *
		    sizeof(*c->count));
	return id;
}

void
crm_col_set(struct crm_col *c, size_t rec, const uint32_t *v, size_t n)
{
	uint32_t list[8];
	size_t k = 0;
	for (size_t i = 0; i < n && k < CRM_LEN(list); i++) {
		bool seen = v[i] == 0;
		for (size_t j = 0; j < k; j++)
			seen |= list[j] == v[i];
		if (!seen)
			list[k++] = v[i];
	}
	crm_grow(&c->val, &c->valcap, rec + 1, sizeof(*c->val));
	c->val[rec] = k ? list[0] : 0;
	for (size_t i = 0; i < k; i++)
		c->count[list[i]]++;
	c->present += k > 0;
	if (k < 2)
		return;
	crm_grow(&c->multi, &c->multicap, c->nmulti + k + 1,
	    sizeof(*c->multi));
	c->val[rec] = CRM_MULTI | (uint32_t)c->nmulti;
	c->multi[c->nmulti++] = (uint32_t)k;
	for (size_t i = 0; i < k; i++)
		c->multi[c->nmulti++] = list[i];
}

void
crm_col_release(struct crm_col *c)
{
	crm_intern_release(&c->t);
	free(c->count);
	free(c->val);
	free(c->multi);
	free(c->weight);
	memset(c, 0, sizeof(*c));
}

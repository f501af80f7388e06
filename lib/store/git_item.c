/* Names of objects, the entries of tree objects. */
#include "store/git_repo.h"

#include "base/hash.h"

void
crm_git_hex(const struct crm_git_oid *id, char out[41])
{
	crm_hex(id->b, sizeof(id->b), out);
}

bool
crm_git_unhex(struct crm_str hex, struct crm_git_oid *out)
{
	if (hex.n != 40)
		return false;
	for (size_t i = 0; i < 40; i++) {
		char c = hex.p[i];
		int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
		    c - 'a' + 10 : -1;
		if (v < 0)
			return false;
		out->b[i / 2] = (uint8_t)(i % 2 ? out->b[i / 2] | v : v << 4);
	}
	return true;
}

bool
crm_git_tree_next(struct crm_str *rest, struct crm_git_item *out, bool *good)
{
	*good = true;
	if (rest->n == 0)
		return false;
	size_t sp = crm_str_chr(*rest, ' ');
	struct crm_str name = crm_str_sub(*rest, sp + 1, SIZE_MAX);
	size_t nul = crm_str_chr(name, '\0');
	*good = sp < rest->n && nul < name.n && name.n - nul > 20;
	if (!*good)
		return false;
	out->mode = crm_str_sub(*rest, 0, sp);
	out->name = crm_str_sub(name, 0, nul);
	out->dir = crm_str_is(out->mode, "40000");
	memcpy(out->oid.b, name.p + nul + 1, 20);
	*rest = crm_str_sub(name, nul + 21, SIZE_MAX);
	return true;
}

void
crm_git_tree_add(struct crm_buf *b, const struct crm_git_item *i)
{
	crm_buf_str(b, i->mode);
	crm_buf_c(b, ' ');
	crm_buf_str(b, i->name);
	crm_buf_c(b, '\0');
	crm_buf_add(b, i->oid.b, 20);
}

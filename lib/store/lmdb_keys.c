/* The bytes of keys: ids, unique and look-up keys, beginnings of posting
 * lists. Keys that name people are keyed hashes, so that no clear text stays
 * in inner pages. */
#include "store/lmdb_int.h"

#include "base/hash.h"
#include "base/ulid.h"

enum { ID_ULID = 1, ID_TEXT = 2, TERM_MAX = 400, TERM_HEAD = 368 };

size_t
crm_db_id_key(struct crm_str id, uint8_t out[132])
{
	if (id.n == 26 && crm_ulid_parse(id, out + 1)) {
		out[0] = ID_ULID;
		return 17;
	}
	if (id.n > 130)
		id.n = 130;
	out[0] = ID_TEXT;
	memcpy(out + 1, id.p, id.n);
	return 1 + id.n;
}

struct crm_str
crm_db_id_text(MDB_val key, char buf[132])
{
	const char *p = key.mv_data;
	if (key.mv_size == 17 && p[0] == ID_ULID) {
		crm_ulid_format((const uint8_t *)p + 1, buf);
		return (struct crm_str){ buf, 26 };
	}
	return crm_str_sub((struct crm_str){ p, key.mv_size }, 1, SIZE_MAX);
}

enum crm_status
crm_db_id_get(struct crm_store *s, MDB_txn *t, struct crm_str id,
    uint64_t *no, struct crm_err *err)
{
	uint8_t key[132];
	if (id.n == 0 || id.n > 128)
		return CRM_NOTFOUND;
	MDB_val k = { crm_db_id_key(id, key), key }, v;
	int rc = mdb_get(t, s->dbi[CRM_DB_ID], &k, &v);
	if (rc == MDB_NOTFOUND)
		return CRM_NOTFOUND;
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	if (v.mv_size != 8)
		return crm_db_damage(s, _("an entry of the id tree"), err);
	memcpy(no, v.mv_data, 8);
	return CRM_OK;
}

static void
be32(uint8_t *p, uint32_t v)
{
	v = __builtin_bswap32(v);
	memcpy(p, &v, 4);
}

/* A unique key has the top bit set; type numbers do not reach it. */
void
crm_db_uniq_key(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[CRM_UNIQ_KEY])
{
	be32(out, index | 0x80000000u);
	crm_siphash128(secret, term.p, term.n, out + 4);
}

uint64_t
crm_db_term_hash(const struct crm_store *s, struct crm_str term)
{
	return crm_siphash(s->secret, term.p, term.n);
}

void
crm_db_lookup_bytes(uint32_t index, uint64_t hash, uint64_t no,
    uint8_t out[CRM_UNIQ_KEY])
{
	be32(out, index);
	crm_be64_put(out + 4, hash);
	crm_be64_put(out + 12, no);
}

static size_t
begin(uint8_t *out, uint8_t kind, uint32_t index)
{
	out[0] = kind;
	be32(out + 1, index);
	return 5;
}

/* A long term: its beginning and a hash of the whole. */
static size_t
cut_term(const uint8_t secret[16], struct crm_str term, uint8_t *out)
{
	uint8_t hash[16];
	crm_siphash128(secret, term.p, term.n, hash);
	crm_hex(hash, 16, (char *)out + TERM_HEAD);
	return TERM_HEAD + 32;
}

/* Terms end with a NUL; inside, NUL and 1 are escaped so that the order of
 * bytes stays and no term is another one's beginning. */
size_t
crm_db_term_begin(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[512])
{
	size_t n = begin(out, CRM_IDX_TERM, index), from = n;
	for (size_t i = 0; i < term.n; i++) {
		uint8_t c = (uint8_t)term.p[i];
		if (n - from + 2 > TERM_MAX)
			return from + cut_term(secret, term, out + from);
		if (c <= 1)
			out[n++] = 1;
		out[n++] = c <= 1 ? (uint8_t)(c + 1) : c;
	}
	return n;
}

size_t
crm_db_term_key(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[512])
{
	size_t n = crm_db_term_begin(secret, index, term, out);
	out[n++] = 0;
	return n;
}

size_t
crm_db_ref_key(uint32_t index, uint64_t hash, uint8_t out[16])
{
	size_t n = begin(out, CRM_IDX_REF, index);
	crm_be64_put(out + n, hash);
	return n + 8;
}

size_t
crm_db_word_key(struct crm_str word, uint8_t out[CRM_WORD_MAX + 1])
{
	if (word.n > CRM_WORD_MAX)
		word.n = CRM_WORD_MAX;
	memcpy(out, word.p, word.n);
	out[word.n] = 0;
	return word.n + 1;
}

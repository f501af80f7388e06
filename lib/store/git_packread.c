/* Walking a pack on disk by its index, in the order of the file. */
#include "store/git_pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "store/git_delta.h"
#include "store/git_sync.h"

enum {
	PACK_HEAD = 8 + 256 * 4, PACK_EACH = 28, PACK_TAIL = 40,	/* of an index */
	CHAIN_MAX = 4096	/* deltas of deltas */
};

struct map {
	const uint8_t *p;
	size_t n;
};

struct crm_git_packmap {
	struct map idx, pack;
};

static enum crm_status
damaged(const char *name, struct crm_err *err)
{
	return crm_err_set(err, CRM_CORRUPT, "git.pack",
	    _("the pack '%s' is damaged"), name);
}

static enum crm_status
map_file(const char *dir, const char *name, const char *ext, struct map *m,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	struct stat sb;
	enum crm_status st = CRM_OK;
	crm_buf_printf(&path, "%s/%s.%s", dir, name, ext);
	int fd = open(crm_buf_cstr(&path), O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &sb) < 0) {
		st = crm_err_sys(err, "git.read", "'%s'", path.p);
	} else if (sb.st_size > 0) {
		void *p = mmap(NULL, (size_t)sb.st_size, PROT_READ,
		    MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED)
			st = crm_err_sys(err, "git.read", "'%s'", path.p);
		else
			*m = (struct map){ p, (size_t)sb.st_size };
	}
	if (fd >= 0)
		close(fd);
	crm_buf_release(&path);
	return st;
}

static void
unmap(struct map *m)
{
	if (m->p)
		munmap((void *)(uintptr_t)m->p, m->n);
}

static uint32_t
get32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}

struct place {
	uint64_t at;
	uint32_t i;	/* in the index */
};

static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->at > y->at) - (x->at < y->at);
}

/* Offsets of all entries, in order; false for an index that cannot be. */
static bool
read_places(const struct map *idx, const struct map *pack,
    struct place **out, size_t *nout)
{
	if (idx->n < PACK_HEAD + PACK_TAIL || memcmp(idx->p, "\377tOc\0\0\0\2", 8) != 0)
		return false;
	size_t n = get32(idx->p + 8 + 255 * 4);
	if ((idx->n - PACK_HEAD - PACK_TAIL) / PACK_EACH < n)
		return false;
	const uint8_t *off = idx->p + PACK_HEAD + n * 24, *large = off + n * 4;
	size_t nlarge = (size_t)(idx->p + idx->n - PACK_TAIL - large) / 8;
	struct place *p = crm_calloc(n + 1, sizeof(*p));
	*out = p;
	*nout = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = get32(off + 4 * i);
		if (at & 0x80000000) {
			size_t k = at & 0x7fffffff;
			if (k >= nlarge)
				return false;
			at = (uint64_t)get32(large + 8 * k) << 32 |
			    get32(large + 8 * k + 4);
		}
		if (at < 12 || at + 21 > pack->n)
			return false;
		p[i] = (struct place){ at, (uint32_t)i };
	}
	qsort(p, n, sizeof(*p), by_place);
	p[n].at = pack->n - 20;
	return true;
}

/* How far back the base lies (OFS_DELTA); 0: no distance. */
static uint64_t
read_distance(struct crm_str *s)
{
	uint64_t v = 0;
	for (size_t i = 0; i < s->n && i < 9; i++) {
		uint8_t c = (uint8_t)s->p[i];
		v = (i ? (v + 1) << 7 : 0) | (c & 0x7f);
		if (!(c & 0x80)) {
			*s = crm_str_sub(*s, i + 1, SIZE_MAX);
			return v;
		}
	}
	return 0;
}

/* The head of the entry at a place, whose data end before `end`; kind is that
 * of the entry itself. False where it is cut off. */
static bool
read_head(const struct crm_git_packmap *m, uint64_t place, uint64_t end,
    struct crm_git_entry *e)
{
	const uint8_t *p = m->pack.p + place;
	size_t n = (size_t)(end - place), at = 0;
	unsigned shift = 4, kind;
	*e = (struct crm_git_entry){ .map = m };
	if (place < 12 || end > m->pack.n - 20 || place >= end)
		return false;
	kind = p[0] >> 4 & 7;
	e->size = p[0] & 15;
	while (p[at++] & 0x80) {
		if (at >= n || shift > 57)
			return false;
		e->size |= (uint64_t)(p[at] & 0x7f) << shift;
		shift += 7;
	}
	e->z = (struct crm_str){ (const char *)p + at, n - at };
	if (kind >= 1 && kind <= 3)
		e->kind = (enum crm_git_kind)kind;
	if (kind == CRM_GIT_OFS) {
		uint64_t back = read_distance(&e->z);
		e->delta = back > 0 && back < place;
		e->back = place - back;
	}
	return e->z.n > 0;
}

/* The entry that one is told by. */
static bool
read_base(const struct crm_git_entry *e, struct crm_git_entry *base)
{
	return e->delta && read_head(e->map, e->back, e->map->pack.n - 20,
	    base);
}

/* A delta is of the kind of what it is made from in the end. */
static void
find_kind(struct crm_git_entry *e)
{
	struct crm_git_entry at = *e, base;
	for (int i = 0; i < CHAIN_MAX && at.delta; i++) {
		if (!read_base(&at, &base))
			return;
		at = base;
	}
	e->kind = at.kind;
}

static const uint8_t *
name_at(const struct crm_git_packmap *m, size_t i)
{
	return m->idx.p + PACK_HEAD + 20 * i;
}

/* An entry with all that is told of it. */
static bool
read_entry(const struct crm_git_packmap *m, const struct place *p, size_t n,
    size_t i, struct crm_git_entry *e)
{
	if (!read_head(m, p[i].at, p[i + 1].at, e))
		return false;
	memcpy(e->oid.b, name_at(m, p[i].i), 20);
	if (!e->delta)
		return true;
	struct place key = { .at = e->back };
	const struct place *base = bsearch(&key, p, n, sizeof(*p), by_place);
	if (base)
		memcpy(e->base.b, name_at(m, base->i), 20);
	e->delta = base != NULL;
	find_kind(e);
	return true;
}

enum crm_status
crm_git_pack_each(const char *dir, const char *name,
    enum crm_status (*fn)(void *ctx, const struct crm_git_entry *e,
    struct crm_err *err), void *ctx, struct crm_err *err)
{
	struct crm_git_packmap m = { { 0 }, { 0 } };
	struct place *p = NULL;
	size_t n = 0;
	enum crm_status st = map_file(dir, name, "idx", &m.idx, err);
	if (!st)
		st = map_file(dir, name, "pack", &m.pack, err);
	if (!st && (m.pack.n < 32 || memcmp(m.pack.p, "PACK", 4) != 0 ||
	    !read_places(&m.idx, &m.pack, &p, &n)))
		st = damaged(name, err);
	for (size_t i = 0; i < n && !st; i++) {
		struct crm_git_entry e;
		st = read_entry(&m, p, n, i, &e) ? fn(ctx, &e, err) :
		    damaged(name, err);
	}
	free(p);
	unmap(&m.idx);
	unmap(&m.pack);
	return st;
}

/* What was compressed: an object or a delta. */
static enum crm_status
inflate_entry(const struct crm_git_entry *e, struct crm_buf *out,
    struct crm_err *err)
{
	z_stream z = { 0 };
	crm_buf_clear(out);
	/* deflate gives 1032 bytes for one at most */
	if (e->size / 1032 > e->z.n || e->size > UINT32_MAX / 2)
		return damaged("?", err);
	char *room = crm_buf_room(out, e->size + 1);
	if (inflateInit(&z) != Z_OK)
		return crm_err_set(err, CRM_SYSTEM, "git.object",
		    _("cannot begin to decompress"));
	z.next_in = (Bytef *)(uintptr_t)e->z.p;
	z.avail_in = e->z.n < UINT32_MAX ? (uInt)e->z.n : UINT32_MAX;
	z.next_out = (Bytef *)room;
	z.avail_out = (uInt)e->size + 1;
	int rc = inflate(&z, Z_FINISH);
	bool good = rc == Z_STREAM_END && z.total_out == e->size;
	inflateEnd(&z);
	out->n = good ? e->size : 0;
	return good ? CRM_OK : damaged("?", err);
}

enum crm_status
crm_git_inflate(const struct crm_git_entry *e, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_git_entry *chain = NULL;
	struct crm_buf base = { 0 }, delta = { 0 };
	size_t n = 0, cap = 0;
	enum crm_status st = CRM_OK;
	do {
		crm_grow(&chain, &cap, n + 1, sizeof(*chain));
		if (n && !read_base(&chain[n - 1], &chain[n]))
			st = damaged("?", err);
		else if (!n)
			chain[0] = *e;
	} while (!st && chain[n++].delta && n < CHAIN_MAX);
	if (!st)
		st = inflate_entry(&chain[--n], out, err);
	while (n-- > 0 && !st) {
		st = inflate_entry(&chain[n], &delta, err);
		crm_buf_clear(&base);
		crm_buf_str(&base, crm_buf_view(out));
		if (!st && !crm_git_delta_apply(crm_buf_view(&base),
		    crm_buf_view(&delta), out))
			st = damaged("?", err);
	}
	free(chain);
	crm_buf_release(&base);
	crm_buf_release(&delta);
	return st;
}

/* -- single objects ------------------------------------------------------------ */

struct crm_git_packset {
	struct crm_git_packmap *map;
	size_t n;
};

enum crm_status
crm_git_packset_open(const char *dir, struct crm_git_packset **out,
    struct crm_err *err)
{
	struct crm_git_packset *s = crm_zalloc(sizeof(*s));
	struct crm_git_packfile *p;
	size_t n;
	enum crm_status st = crm_git_packs_list(dir, &p, &n, err);
	s->map = crm_calloc(n + 1, sizeof(*s->map));
	for (size_t i = 0; i < n && !st; i++) {
		struct crm_git_packmap *m = &s->map[s->n++];
		st = map_file(dir, p[i].name, "idx", &m->idx, err);
		if (!st)
			st = map_file(dir, p[i].name, "pack", &m->pack, err);
		if (!st && (m->idx.n < PACK_HEAD + PACK_TAIL ||
		    m->pack.n < 32))
			st = damaged(p[i].name, err);
	}
	free(p);
	*out = s;
	if (st) {
		crm_git_packset_close(s);
		*out = NULL;
	}
	return st;
}

void
crm_git_packset_close(struct crm_git_packset *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		unmap(&s->map[i].idx);
		unmap(&s->map[i].pack);
	}
	free(s->map);
	free(s);
}

/* Its place in the pack, 0 where it is not there. */
static uint64_t
find_place(const struct map *idx, const struct crm_git_oid *oid)
{
	const uint8_t *fan = idx->p + 8;
	size_t n = get32(fan + 255 * 4), hi = get32(fan + oid->b[0] * 4);
	size_t lo = oid->b[0] ? get32(fan + (oid->b[0] - 1) * 4) : 0;
	if ((idx->n - PACK_HEAD - PACK_TAIL) / PACK_EACH < n || hi > n)
		return 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = memcmp(idx->p + PACK_HEAD + mid * 20, oid->b, 20);
		if (c == 0) {
			uint32_t at = get32(idx->p + PACK_HEAD + n * 24 +
			    mid * 4);
			const uint8_t *large = idx->p + PACK_HEAD + n * 28 +
			    (size_t)(at & 0x7fffffff) * 8;
			if (!(at & 0x80000000))
				return at;
			return large + 8 > idx->p + idx->n - PACK_TAIL ? 0 :
			    (uint64_t)get32(large) << 32 | get32(large + 4);
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

bool
crm_git_packset_read(struct crm_git_packset *s,
    const struct crm_git_oid *oid, enum crm_git_kind *kind,
    struct crm_buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		struct crm_git_entry e;
		const struct crm_git_packmap *m = &s->map[i];
		uint64_t at = find_place(&m->idx, oid);
		if (!read_head(m, at, m->pack.n - 20, &e))
			continue;
		find_kind(&e);
		if (e.kind == CRM_GIT_DELTA || crm_git_inflate(&e, out, NULL))
			continue;
		struct crm_git_obj o = { .kind = e.kind,
			.data = crm_buf_view(out) };
		crm_git_name(&o);
		*kind = e.kind;
		if (memcmp(o.oid.b, oid->b, sizeof(oid->b)) == 0)
			return true;
	}
	return false;
}

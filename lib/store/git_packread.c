/* Walking a pack on disk by its index, in the order of the file. */
#include "store/git_pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

struct map {
	const uint8_t *p;
	size_t n;
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
	enum { HEAD = 8 + 256 * 4, EACH = 28, TAIL = 40 };
	if (idx->n < HEAD + TAIL || memcmp(idx->p, "\377tOc\0\0\0\2", 8) != 0)
		return false;
	size_t n = get32(idx->p + 8 + 255 * 4);
	if ((idx->n - HEAD - TAIL) / EACH < n)
		return false;
	const uint8_t *off = idx->p + HEAD + n * 24, *large = off + n * 4;
	size_t nlarge = (size_t)(idx->p + idx->n - TAIL - large) / 8;
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

/* The head of an entry: kind and size; false where it is cut off. */
static bool
read_head(const uint8_t *p, size_t n, struct crm_git_entry *e)
{
	size_t at = 0;
	unsigned shift = 4, kind = p[0] >> 4 & 7;
	e->size = p[0] & 15;
	while (p[at++] & 0x80) {
		if (at >= n || shift > 57)
			return false;
		e->size |= (uint64_t)(p[at] & 0x7f) << shift;
		shift += 7;
	}
	e->kind = kind >= 1 && kind <= 3 ? (enum crm_git_kind)kind :
	    CRM_GIT_DELTA;
	e->raw = (struct crm_str){ (const char *)p, n };
	e->z = crm_str_sub(e->raw, at, n);
	return e->z.n > 0;
}

enum crm_status
crm_git_pack_each(const char *dir, const char *name,
    enum crm_status (*fn)(void *ctx, const struct crm_git_entry *e,
    struct crm_err *err), void *ctx, struct crm_err *err)
{
	struct map idx = { 0 }, pack = { 0 };
	struct place *p = NULL;
	size_t n = 0;
	enum crm_status st = map_file(dir, name, "idx", &idx, err);
	if (!st)
		st = map_file(dir, name, "pack", &pack, err);
	if (!st && (pack.n < 32 || memcmp(pack.p, "PACK", 4) != 0 ||
	    !read_places(&idx, &pack, &p, &n)))
		st = damaged(name, err);
	for (size_t i = 0; i < n && !st; i++) {
		struct crm_git_entry e;
		memcpy(e.oid.b, idx.p + 8 + 256 * 4 + 20 * (size_t)p[i].i,
		    20);
		st = p[i + 1].at > p[i].at && read_head(pack.p + p[i].at,
		    p[i + 1].at - p[i].at, &e) ? fn(ctx, &e, err) :
		    damaged(name, err);
	}
	free(p);
	unmap(&idx);
	unmap(&pack);
	return st;
}

enum crm_status
crm_git_inflate(const struct crm_git_entry *e, struct crm_buf *out,
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
	z.avail_in = (uInt)e->z.n;
	z.next_out = (Bytef *)room;
	z.avail_out = (uInt)e->size + 1;
	int rc = inflate(&z, Z_FINISH);
	bool good = rc == Z_STREAM_END && z.total_out == e->size;
	inflateEnd(&z);
	out->n = good ? e->size : 0;
	return good ? CRM_OK : damaged("?", err);
}

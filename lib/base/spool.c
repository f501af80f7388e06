#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { SPOOL_MEM = 8 << 20, SPOOL_READ = 256 << 10 };

static enum crm_status
failed(struct crm_err *err)
{
	return crm_err_sys(err, "spool.write", _("temporary file"));
}

int
crm_temp_open(const char *dir)
{
	int fd = open(dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR &&
	    errno != ENOENT))
		return fd;
	struct crm_buf name = { 0 };
	crm_buf_printf(&name, "%s/crm.XXXXXX", dir ? dir : "/tmp");
	crm_buf_cstr(&name);
	fd = mkostemp(name.p, O_CLOEXEC);
	if (fd >= 0)
		unlink(name.p);
	crm_buf_release(&name);
	return fd;
}

static enum crm_status
write_out(struct crm_spool *s, struct crm_err *err)
{
	if (!s->fd && (s->fd = crm_temp_open(s->dir)) < 0) {
		s->fd = 0;
		return failed(err);
	}
	for (size_t at = 0; at < s->mem.n;) {
		ssize_t n = write(s->fd, s->mem.p + at, s->mem.n - at);
		if (n < 0 && errno != EINTR)
			return failed(err);
		at += n > 0 ? (size_t)n : 0;
	}
	s->out += s->mem.n;
	crm_buf_clear(&s->mem);
	return CRM_OK;
}

enum crm_status
crm_spool_add(struct crm_spool *s, struct crm_str piece, struct crm_err *err)
{
	uint32_t n = (uint32_t)piece.n;
	crm_buf_add(&s->mem, &n, sizeof(n));
	crm_buf_str(&s->mem, piece);
	s->pieces++;
	size_t limit = s->limit ? s->limit : SPOOL_MEM;
	return s->mem.n < limit ? CRM_OK : write_out(s, err);
}

enum crm_status
crm_spool_rewind(struct crm_spool *s, struct crm_err *err)
{
	s->pos = 0;
	if (!s->fd)
		return CRM_OK;
	enum crm_status st = s->reading ? CRM_OK : write_out(s, err);
	s->reading = true;
	s->eof = false;
	crm_buf_release(&s->mem);	/* reading wants less of it */
	if (st == CRM_OK && lseek(s->fd, 0, SEEK_SET) < 0)
		st = failed(err);
	return st;
}

/* True when `need` bytes from pos on are in memory. */
static enum crm_status
have(struct crm_spool *s, size_t need, struct crm_err *err)
{
	if (s->mem.n - s->pos >= need)
		return CRM_OK;
	if (!s->fd)
		return CRM_NOTFOUND;
	if (s->pos)
		memmove(s->mem.p, s->mem.p + s->pos, s->mem.n - s->pos);
	s->mem.n -= s->pos;
	s->pos = 0;
	while (s->mem.n < need && !s->eof) {
		size_t want = need > SPOOL_READ ? need : SPOOL_READ;
		ssize_t n = read(s->fd, crm_buf_room(&s->mem, want), want);
		if (n < 0 && errno != EINTR)
			return failed(err);
		s->eof = n == 0;
		s->mem.n += n > 0 ? (size_t)n : 0;
	}
	return s->mem.n >= need ? CRM_OK : CRM_NOTFOUND;
}

enum crm_status
crm_spool_next(struct crm_spool *s, struct crm_str *piece,
    struct crm_err *err)
{
	uint32_t n;
	enum crm_status st = have(s, sizeof(n), err);
	if (st)
		return st;
	memcpy(&n, s->mem.p + s->pos, sizeof(n));
	st = have(s, sizeof(n) + n, err);
	if (st)
		return st;
	*piece = (struct crm_str){ s->mem.p + s->pos + sizeof(n), n };
	s->pos += sizeof(n) + n;
	return CRM_OK;
}

uint64_t
crm_spool_place(const struct crm_spool *s)
{
	return s->out + s->mem.n;
}

/* n bytes of the file, or of memory while there is no file. */
static enum crm_status
read_at(struct crm_spool *s, uint64_t at, void *to, size_t n,
    struct crm_err *err)
{
	char *p = to;
	if (!s->fd) {
		memcpy(p, s->mem.p + at, n);
		return CRM_OK;
	}
	while (n) {
		ssize_t got = pread(s->fd, p, n, (off_t)at);
		if (got == 0)
			errno = EIO;
		if (got == 0 || (got < 0 && errno != EINTR))
			return failed(err);
		if (got < 0)
			continue;
		p += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return CRM_OK;
}

enum crm_status
crm_spool_get(struct crm_spool *s, uint64_t place, struct crm_buf *out,
    struct crm_err *err)
{
	uint32_t n;
	enum crm_status st = s->fd && s->mem.n ? write_out(s, err) : CRM_OK;
	if (st == CRM_OK)
		st = read_at(s, place, &n, sizeof(n), err);
	if (st)
		return st;
	crm_buf_clear(out);
	st = read_at(s, place + sizeof(n), crm_buf_room(out, n), n, err);
	out->n = st ? 0 : n;
	return st;
}

void
crm_spool_release(struct crm_spool *s)
{
	if (s->fd)
		close(s->fd);
	crm_buf_release(&s->mem);
	*s = (struct crm_spool){ .dir = s->dir, .limit = s->limit };
}

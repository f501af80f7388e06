#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

void
crm_buf_release(struct crm_buf *b)
{
	free(b->p);
	*b = (struct crm_buf){ .max = b->max };
}

char *
crm_buf_room(struct crm_buf *b, size_t n)
{
	if (b->cap - b->n >= n)
		return b->p + b->n;
	if (n > SIZE_MAX / 2 - b->n || (b->max && b->n + n > b->max)) {
		b->over = true;
		return NULL;
	}
	crm_grow(&b->p, &b->cap, b->n + n, 1);
	if (b->max && b->cap > b->max)
		b->cap = b->max;
	return b->p + b->n;
}

void
crm_buf_add(struct crm_buf *b, const void *p, size_t n)
{
	if (n == 0)
		return;
	char *q = crm_buf_room(b, n);
	if (!q)
		return;
	memcpy(q, p, n);
	b->n += n;
}

void
crm_buf_vprintf(struct crm_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	char *q = crm_buf_room(b, (size_t)n + 1);
	if (!q)
		return;
	vsnprintf(q, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
crm_buf_printf(struct crm_buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	crm_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
crm_buf_u64(struct crm_buf *b, uint64_t v)
{
	char d[20];
	size_t i = sizeof(d);
	do
		d[--i] = (char)('0' + v % 10);
	while (v /= 10);
	crm_buf_add(b, d + i, sizeof(d) - i);
}

const char *
crm_buf_cstr(struct crm_buf *b)
{
	if (b->n == b->cap)
		crm_grow(&b->p, &b->cap, b->n + 1, 1);
	b->p[b->n] = '\0';
	return b->p;
}

char *
crm_buf_detach(struct crm_buf *b, size_t *n)
{
	crm_buf_cstr(b);
	char *p = b->p;
	if (n)
		*n = b->n;
	*b = (struct crm_buf){ .max = b->max };
	return p;
}

int
crm_buf_read_fd(struct crm_buf *b, int fd)
{
	for (;;) {
		size_t want = b->cap - b->n > 65536 ? b->cap - b->n : 65536;
		if (b->max && want > b->max - b->n)
			want = b->max - b->n;
		if (want == 0) {
			char c;
			ssize_t more = read(fd, &c, 1);
			if (more == 0)
				return 0;
			if (more < 0 && errno == EINTR)
				continue;
			if (more > 0)
				errno = EFBIG;
			return -1;
		}
		char *p = crm_buf_room(b, want);
		ssize_t r = read(fd, p, want);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return (int)r;
		b->n += (size_t)r;
	}
}

int
crm_buf_read_file(struct crm_buf *b, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	int r = crm_buf_read_fd(b, fd);
	int e = errno;
	close(fd);
	errno = e;
	return r;
}

/*
 * An echo server over io_uring, as epoll_echo.c is one over epoll.
 *
 * One multishot accept, one multishot receive per connection, and a ring of provided buffers: what is received
 * is sent from the buffer that it was received in. All calls of a turn are submitted, and its results awaited,
 * by one system call. One send per connection is in flight, because two could overtake each other when the
 * socket's buffer is full; further buffers wait in a list.
 *
 *   uring_echo --port P --loops N      serves, and obeys the same protocol as epoll_echo.c
 *   uring_echo --check                 exits with 0 if the kernel has what it needs, else prints why not
 *
 * Needs Linux 6.1 or later. One thread and one ring per loop; with one loop that is the main thread.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENTRIES = 4096, BUFFERS = 1024, BUFFER_SIZE = 16 * 1024, GROUP = 0, NONE = -1 };

/* What a completion is of: the low bits of its user data, beside a pointer to a connection. */
enum tag { ACCEPT, ADOPT, RECEIVE, SEND, CONTROL, IGNORED, TAGS = 7 };

struct connection {
    int fd;
    int first, last; /* buffers to send, the first of them in flight; NONE: none */
    int sent;        /* bytes of the first buffer that are sent */
    int receiving;   /* the multishot receive is armed */
    int ended;       /* end of stream, or broken */
};

struct loop {
    struct io_uring ring;
    struct io_uring_buf_ring *free;
    char *buffers;
    int next[BUFFERS], length[BUFFERS];
};

static struct loop *loops;
static int loop_count = 1, next_loop, listener;
static pthread_barrier_t all_ready;
static char control_bytes[64];

static void die(const char *what, int error)
{
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
}

static void *need(void *memory)
{
    if (memory == NULL)
        die("malloc", ENOMEM);
    return memory;
}

static struct io_uring_sqe *call(struct loop *loop)
{
    struct io_uring_sqe *sqe = io_uring_get_sqe(&loop->ring);
    if (sqe == NULL) {
        io_uring_submit(&loop->ring);
        sqe = io_uring_get_sqe(&loop->ring);
        if (sqe == NULL)
            die("io_uring_get_sqe", EBUSY);
    }
    return sqe;
}

static void tag(struct io_uring_sqe *sqe, struct connection *connection, enum tag tag)
{
    io_uring_sqe_set_data64(sqe, (uintptr_t)connection | tag);
}

static void release(struct loop *loop, int buffer)
{
    io_uring_buf_ring_add(loop->free, loop->buffers + (size_t)buffer * BUFFER_SIZE, BUFFER_SIZE, buffer,
                          io_uring_buf_ring_mask(BUFFERS), 0);
    io_uring_buf_ring_advance(loop->free, 1);
}

static void receive(struct loop *loop, struct connection *connection)
{
    struct io_uring_sqe *sqe = call(loop);
    io_uring_prep_recv_multishot(sqe, connection->fd, NULL, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = GROUP;
    tag(sqe, connection, RECEIVE);
    connection->receiving = 1;
}

static void send_first(struct loop *loop, struct connection *connection)
{
    struct io_uring_sqe *sqe = call(loop);
    int buffer = connection->first;
    io_uring_prep_send(sqe, connection->fd, loop->buffers + (size_t)buffer * BUFFER_SIZE + connection->sent,
                       loop->length[buffer] - connection->sent, MSG_NOSIGNAL | MSG_WAITALL);
    tag(sqe, connection, SEND);
}

/* Closes an ended connection as soon as no completion can name it any more. */
static void close_if_done(struct loop *loop, struct connection *connection)
{
    if (!connection->ended || connection->receiving || connection->first != NONE)
        return;
    struct io_uring_sqe *sqe = call(loop);
    io_uring_prep_close(sqe, connection->fd);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    tag(sqe, NULL, IGNORED);
    free(connection);
}

static void adopt(struct loop *loop, int fd)
{
    struct connection *connection = need(calloc(1, sizeof *connection));
    connection->fd = fd;
    connection->first = connection->last = NONE;
    receive(loop, connection);
}

static void accepted(struct loop *loop, struct io_uring_cqe *cqe)
{
    if (cqe->res < 0 && cqe->res != -ECONNABORTED && cqe->res != -EINTR)
        die("accept", -cqe->res);
    if (!(cqe->flags & IORING_CQE_F_MORE)) {
        struct io_uring_sqe *sqe = call(loop);
        io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
        tag(sqe, NULL, ACCEPT);
    }
    if (cqe->res < 0)
        return;
    struct loop *target = &loops[next_loop];
    next_loop = (next_loop + 1) % loop_count;
    if (target == loop) {
        adopt(loop, cqe->res);
        return;
    }
    struct io_uring_sqe *sqe = call(loop);
    io_uring_prep_msg_ring(sqe, target->ring.ring_fd, cqe->res, ADOPT, 0);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    tag(sqe, NULL, IGNORED);
}

static void received(struct loop *loop, struct connection *connection, struct io_uring_cqe *cqe)
{
    if (!(cqe->flags & IORING_CQE_F_MORE))
        connection->receiving = 0;
    if (cqe->res > 0) {
        int buffer = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
        loop->length[buffer] = cqe->res;
        loop->next[buffer] = NONE;
        if (connection->ended) {
            release(loop, buffer);
        } else if (connection->first == NONE) {
            connection->first = connection->last = buffer;
            connection->sent = 0;
            send_first(loop, connection);
        } else {
            loop->next[connection->last] = buffer;
            connection->last = buffer;
        }
    } else if (cqe->res != -ENOBUFS) {
        connection->ended = 1;
    }
    if (connection->ended)
        close_if_done(loop, connection);
    else if (!connection->receiving)
        receive(loop, connection);
}

static void sent(struct loop *loop, struct connection *connection, int result)
{
    int buffer = connection->first;
    connection->sent += result > 0 ? result : 0;
    if (result < 0) {
        connection->ended = 1;
        shutdown(connection->fd, SHUT_RDWR); /* ends the multishot receive */
    } else if (connection->sent < loop->length[buffer]) {
        send_first(loop, connection);
        return;
    }
    do {
        connection->first = loop->next[buffer];
        release(loop, buffer);
        buffer = connection->first;
    } while (result < 0 && buffer != NONE);
    connection->sent = 0;
    if (buffer != NONE)
        send_first(loop, connection);
    else
        close_if_done(loop, connection);
}

static void read_control(struct loop *loop)
{
    struct io_uring_sqe *sqe = call(loop);
    io_uring_prep_read(sqe, STDIN_FILENO, control_bytes, sizeof control_bytes, -1);
    tag(sqe, NULL, CONTROL);
}

static void control(struct loop *loop, int count)
{
    static char line[64];
    static size_t length;
    if (count <= 0)
        exit(0);
    for (int i = 0; i < count; i++) {
        if (control_bytes[i] != '\n') {
            if (length < sizeof line)
                line[length++] = control_bytes[i];
            continue;
        }
        if (length == 5 && memcmp(line, "alloc", 5) == 0)
            puts("alloc -");
        else if (length == 4 && memcmp(line, "heap", 4) == 0)
            puts("heap -");
        else
            puts("unknown");
        fflush(stdout);
        length = 0;
    }
    read_control(loop);
}

static void handle(struct loop *loop, struct io_uring_cqe *cqe)
{
    uint64_t data = io_uring_cqe_get_data64(cqe);
    struct connection *connection = (struct connection *)(uintptr_t)(data & ~(uint64_t)TAGS);
    switch (data & TAGS) {
    case ACCEPT: accepted(loop, cqe); break;
    case ADOPT: adopt(loop, cqe->res); break;
    case RECEIVE: received(loop, connection, cqe); break;
    case SEND: sent(loop, connection, cqe->res); break;
    case CONTROL: control(loop, cqe->res); break;
    }
}

/* A ring belongs to the thread that makes it. Returns the name of the call that failed, or NULL. */
static const char *make(struct loop *loop, int *error)
{
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = 8 * ENTRIES,
    };
    struct io_uring_buf_reg group = {.ring_entries = BUFFERS, .bgid = GROUP};
    void *memory;
    *error = -io_uring_queue_init_params(ENTRIES, &loop->ring, &parameters);
    if (*error != 0)
        return "io_uring_setup (Linux 6.1 or later is needed)";
    *error = posix_memalign(&memory, sysconf(_SC_PAGESIZE), BUFFERS * sizeof(struct io_uring_buf));
    if (*error != 0)
        return "posix_memalign";
    loop->free = memory;
    io_uring_buf_ring_init(loop->free);
    group.ring_addr = (uintptr_t)memory;
    *error = -io_uring_register_buf_ring(&loop->ring, &group, 0);
    if (*error != 0)
        return "io_uring_register_buf_ring";
    loop->buffers = need(malloc((size_t)BUFFERS * BUFFER_SIZE));
    for (int i = 0; i < BUFFERS; i++)
        release(loop, i);
    return NULL;
}

static void *run(void *argument)
{
    struct loop *loop = argument;
    int error;
    const char *failed = make(loop, &error);
    if (failed != NULL)
        die(failed, error);
    pthread_barrier_wait(&all_ready);
    if (loop == &loops[0]) {
        struct io_uring_sqe *sqe = call(loop);
        io_uring_prep_multishot_accept(sqe, listener, NULL, NULL, SOCK_CLOEXEC);
        tag(sqe, NULL, ACCEPT);
        read_control(loop);
    }
    for (;;) {
        struct io_uring_cqe *cqe;
        unsigned head, count = 0;
        int result = io_uring_submit_and_wait(&loop->ring, 1);
        if (result < 0 && result != -EINTR)
            die("io_uring_submit_and_wait", -result);
        io_uring_for_each_cqe(&loop->ring, head, cqe) {
            handle(loop, cqe);
            count++;
        }
        io_uring_cq_advance(&loop->ring, count);
    }
    return NULL;
}

static int listen_on(int port)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        die("socket", errno);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind", errno);
    if (listen(listener, SOMAXCONN) < 0)
        die("listen", errno);
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        die("getsockname", errno);
    return ntohs(address.sin_port);
}

int main(int argc, char **argv)
{
    int port = 0;
    if (argc == 2 && strcmp(argv[1], "--check") == 0) {
        int error;
        const char *failed = make(need(calloc(1, sizeof *loops)), &error);
        if (failed != NULL)
            die(failed, error);
        return 0;
    }
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--port") == 0)
            port = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--loops") == 0)
            loop_count = atoi(argv[i + 1]);
    }
    if (loop_count < 1) {
        fprintf(stderr, "--loops must be at least 1\n");
        return 2;
    }
    loops = need(calloc(loop_count, sizeof *loops));
    pthread_barrier_init(&all_ready, NULL, loop_count);
    port = listen_on(port);
    for (int i = 1; i < loop_count; i++) {
        pthread_t thread;
        int error = pthread_create(&thread, NULL, run, &loops[i]);
        if (error != 0)
            die("pthread_create", error);
    }
    printf("listening on %d\n", port);
    fflush(stdout);
    run(&loops[0]);
}

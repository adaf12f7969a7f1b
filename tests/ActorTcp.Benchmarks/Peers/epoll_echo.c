/*
 * The server that all others are compared with: an echo server over epoll that makes no system call it does not need.
 *
 * Edge-triggered, each socket registered once for reading and writing, so epoll_ctl is never called
 * again. A read that comes back short has emptied the socket, and a later arrival (data or FIN) makes a
 * new edge: no recv is spent on hearing EAGAIN. Bytes the kernel does not take are kept, and the
 * connection is not read from until they are gone.
 *
 *   epoll_echo --port P --loops N
 *
 * One thread per loop; with one loop that is the main thread. Prints "listening on <port>", answers
 * "alloc" on stdin with "alloc -" (it has no managed heap), and exits when stdin closes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 256 * 1024, EVENTS = 512 };

struct connection {
    int fd;
    char *unsent; /* made when the kernel first refuses bytes */
    size_t begin, end;
};

struct loop {
    int epoll;
    char *buffer;
};

static int listener_tag, control_tag;
static int listener;
static struct loop *loops;
static int loop_count = 1;

static void die(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void *need(void *memory)
{
    if (memory == NULL)
        die("malloc");
    return memory;
}

static void watch(int epoll, int fd, uint32_t events, void *tag)
{
    struct epoll_event event = {.events = events, .data.ptr = tag};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

static void drop(struct connection *connection)
{
    close(connection->fd);
    free(connection->unsent);
    free(connection);
}

/* 1: the kernel took all; 0: the rest is kept; -1: the connection is broken. */
static int echo(struct connection *connection, const char *bytes, size_t count)
{
    ssize_t sent = send(connection->fd, bytes, count, MSG_NOSIGNAL);
    if (sent == (ssize_t)count)
        return 1;
    if (sent < 0) {
        if (errno != EAGAIN)
            return -1;
        sent = 0;
    }
    if (connection->unsent == NULL)
        connection->unsent = need(malloc(BUFFER_SIZE));
    memcpy(connection->unsent, bytes + sent, count - sent);
    connection->begin = 0;
    connection->end = count - sent;
    return 0;
}

/* As echo(), for what an earlier echo() kept. */
static int flush(struct connection *connection)
{
    while (connection->begin < connection->end) {
        ssize_t sent = send(connection->fd, connection->unsent + connection->begin,
                            connection->end - connection->begin, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN ? 0 : -1;
        connection->begin += sent;
    }
    return 1;
}

static void ready(struct loop *loop, struct connection *connection, uint32_t events)
{
    int state = flush(connection);
    while (state > 0) {
        ssize_t count = recv(connection->fd, loop->buffer, BUFFER_SIZE, 0);
        if (count < 0 && errno == EAGAIN)
            return;
        if (count <= 0) {
            drop(connection);
            return;
        }
        state = echo(connection, loop->buffer, count);
        /* After a short read only an end of stream reported with this event can still be waiting. */
        if (state > 0 && count < BUFFER_SIZE && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
            return;
    }
    if (state < 0)
        drop(connection);
}

static void accept_all(void)
{
    static int next;
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN)
                return;
            if (errno == ECONNABORTED || errno == EINTR)
                continue;
            die("accept");
        }
        struct connection *connection = need(calloc(1, sizeof *connection));
        connection->fd = fd;
        watch(loops[next].epoll, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection);
        next = (next + 1) % loop_count;
    }
}

static void control(void)
{
    static char line[64];
    static size_t length;
    char bytes[64];
    ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0)
        exit(0);
    for (ssize_t i = 0; i < count; i++) {
        if (bytes[i] != '\n') {
            if (length < sizeof line)
                line[length++] = bytes[i];
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
}

static void *run(void *argument)
{
    struct loop *loop = argument;
    struct epoll_event events[EVENTS];
    for (;;) {
        int count = epoll_wait(loop->epoll, events, EVENTS, -1);
        if (count < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < count; i++) {
            void *tag = events[i].data.ptr;
            if (tag == &listener_tag)
                accept_all();
            else if (tag == &control_tag)
                control();
            else
                ready(loop, tag, events[i].events);
        }
    }
    return NULL;
}

static int listen_on(int port)
{
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener < 0)
        die("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind");
    if (listen(listener, SOMAXCONN) < 0)
        die("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        die("getsockname");
    return ntohs(address.sin_port);
}

int main(int argc, char **argv)
{
    int port = 0;
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
    for (int i = 0; i < loop_count; i++) {
        loops[i].buffer = need(malloc(BUFFER_SIZE));
        loops[i].epoll = epoll_create1(EPOLL_CLOEXEC);
        if (loops[i].epoll < 0)
            die("epoll_create1");
    }
    port = listen_on(port);
    watch(loops[0].epoll, listener, EPOLLIN, &listener_tag);
    watch(loops[0].epoll, STDIN_FILENO, EPOLLIN, &control_tag);
    for (int i = 1; i < loop_count; i++) {
        pthread_t thread;
        errno = pthread_create(&thread, NULL, run, &loops[i]);
        if (errno != 0)
            die("pthread_create");
    }
    printf("listening on %d\n", port);
    fflush(stdout);
    run(&loops[0]);
}

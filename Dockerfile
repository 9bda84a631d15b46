# The grader for macOS and Windows. In the course's folder: docker build -t chainrule .
# README.md has the command that grades a folder.
FROM debian:13-slim
COPY . /course
RUN /course/.ci/setup
WORKDIR /class
ENTRYPOINT ["/course/autograder/grade_folder"]

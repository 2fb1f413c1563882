# Terraform's AWS provider, through the gateway. Start it beside Terraform:
#
#   policyctl ecs gateway --listen 127.0.0.1:8970 --region eu-west-1 --policy policyctl.yaml &
#   terraform apply
#
# The provider reads back what it wrote: by default the gateway patches nothing, so that no plan shows a difference
# for ever. Write roles here.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  region = "eu-west-1"

  endpoints {
    ecs = "http://127.0.0.1:8970"
  }
}

resource "aws_ecs_task_definition" "checkout" {
  family                   = "checkout"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  task_role_arn            = aws_iam_role.checkout_task.arn

  container_definitions = jsonencode([
    {
      name        = "api"
      image       = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/checkout:1.4.2"
      essential   = true
      environment = [{ name = "PORT", value = "8080" }]
    }
  ])
}

resource "aws_iam_role" "checkout_task" {
  name = "checkout-task"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}
